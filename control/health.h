// SPDX-License-Identifier: Apache-2.0
// Judging the bound path by what the worker's lines show. docs/SESSION.md, "Health".
#pragma once

#include "control/node.h"

namespace jvpn {

/// One sample. One of another binding than the present one proves nothing about it: silence counts
/// from when it was bound.
void judge_health(const Step& step, Session& session, const HealthReport& report);

}  // namespace jvpn
