// SPDX-License-Identifier: Apache-2.0
// The terminal and the signals: SIGINT and SIGTERM end the run, SIGUSR1 makes all sessions jump.
#pragma once

#include <string>

namespace jvpn::churn {

void watch_signals();
/// How often SIGINT or SIGTERM came.
int stop_requests();
/// True once for each SIGUSR1 (several at once may count as one).
bool take_storm_request();

/// Whether somebody watches standard error.
bool is_terminal();
/// In place of what was shown last; "" wipes it.
void show(const std::string& line);

}  // namespace jvpn::churn
