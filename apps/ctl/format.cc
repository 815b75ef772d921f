// SPDX-License-Identifier: Apache-2.0
#include "apps/ctl/format.h"

#include <fmt/format.h>

#include <algorithm>

namespace jvpn {

using nlohmann::json;

namespace {

constexpr std::size_t kShortId = 8;

std::string plain(const json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string out;
  for (const json& element : value) out += (out.empty() ? "" : ", ") + plain(element);
  return out;
}

std::string bound_text(const json& session) {
  const json& bound = session.at("bound");
  return bound.is_null() ? "-" : plain(bound.at("endpoint"));
}

std::vector<std::string> session_row(const json& session) {
  return {session.at("session_id").get<std::string>().substr(0, kShortId),
          plain(session.at("peer")),
          plain(session.at("state")),
          plain(session.at("state_version")),
          plain(session.at("last_reason")),
          bound_text(session),
          plain(session.at("inner")),
          plain(session.at("total_switches")),
          format_age(session.at("age_ms")),
          format_bytes(session.at("bytes_up")),
          format_bytes(session.at("bytes_down"))};
}

}  // namespace

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      out += fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    if (!row.empty()) out += row.back();
    out += '\n';
  }
  return out;
}

std::string format_sessions(const json& sessions) {
  if (sessions.empty()) return "no sessions\n";
  std::vector<std::vector<std::string>> rows{{"SESSION", "PEER", "STATE", "VERSION", "REASON",
                                              "BOUND TO", "INNER", "SWITCHES", "AGE", "UP",
                                              "DOWN"}};
  for (const json& session : sessions) rows.push_back(session_row(session));
  return format_table(rows);
}

std::string format_fields(const json& object) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : object.items()) {
    if (name.ends_with("_ms") && value.is_number_integer()) {
      rows.push_back({name.substr(0, name.size() - 3), format_age(value)});
    } else if (name == "bound") {
      rows.push_back({name, bound_text(object)});
    } else {
      rows.push_back({name, plain(value)});
    }
  }
  return format_table(rows);
}

std::string format_counters(const json& counters) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : counters.items()) {
    if (value != 0) rows.push_back({name, plain(value)});
  }
  return rows.empty() ? "all counters are zero\n" : format_table(rows);
}

std::string format_age(std::int64_t ms) {
  const std::int64_t seconds = ms / 1000;
  if (seconds < 60) return fmt::format("{}.{} s", seconds, ms % 1000 / 100);
  if (seconds < 3600) return fmt::format("{}m {}s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{}h {}m", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d {}h", seconds / 86400, seconds / 3600 % 24);
}

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < std::size(kUnits); ++unit) value /= 1000;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace jvpn
