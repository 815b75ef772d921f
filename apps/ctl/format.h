// SPDX-License-Identifier: Apache-2.0
// The API's JSON as people read it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace jvpn {

/// Columns as wide as their widest cell, two blanks between; the first row is the heading.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

/// One line per session; "no sessions" when there is none.
std::string format_sessions(const nlohmann::json& sessions);
/// One line per field: name, value.
std::string format_fields(const nlohmann::json& object);
/// Name and value, zeros left out (they are in --json).
std::string format_counters(const nlohmann::json& counters);

/// "1d 2h", "3m 4s", "5.1 s"
std::string format_age(std::int64_t ms);
/// "999 B", "1.5 MB": powers of ten
std::string format_bytes(std::uint64_t bytes);

}  // namespace jvpn
