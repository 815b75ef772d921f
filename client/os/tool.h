// SPDX-License-Identifier: Apache-2.0
// Running the system's own tools: an argument vector and bytes on standard input, never a shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jvpn::client {

/// The tool's absolute path, looked for where the system keeps its tools, not where PATH says.
std::optional<std::string> find_tool(std::string_view name);

/// Runs it to its end, at most 5 s. `command` begins with an absolute path. Errors: cannot be
/// started, took too long, or ended with another code than 0, with what it said last.
Result<void> run_tool(const std::vector<std::string>& command, std::string_view input = {});

}  // namespace jvpn::client
