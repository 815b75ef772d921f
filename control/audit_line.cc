// SPDX-License-Identifier: Apache-2.0
#include "control/audit_line.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace jvpn {
namespace {

using Json = nlohmann::ordered_json;

/// Stands for itself between quotes.
bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

template <class Number>
void append(std::string& text, Number number) {
  char digits[24];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

void AuditLine::begin(std::string_view name) {
  if (std::exchange(closed_, false)) text_.pop_back();
  text_ += text_.empty() ? "{\"" : ",\"";
  text_ += name;
  text_ += "\":";
}

void AuditLine::quote(std::string_view text) {
  if (!std::ranges::all_of(text, is_plain)) {
    text_ += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  text_ += '"';
  text_ += text;
  text_ += '"';
}

AuditLine& AuditLine::add(std::string_view name, std::string_view text) {
  begin(name);
  quote(text);
  return *this;
}

AuditLine& AuditLine::add(std::string_view name, std::int64_t number) {
  begin(name);
  append(text_, number);
  return *this;
}

AuditLine& AuditLine::add(std::string_view name, std::uint64_t number) {
  begin(name);
  append(text_, number);
  return *this;
}

AuditLine& AuditLine::field(std::string_view name, const AuditValue& value) {
  begin(name);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    append(text_, *number);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    text_ += *flag ? "true" : "false";
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    quote(*text);
  } else {
    text_ += Json(std::get<double>(value)).dump();
  }
  return *this;
}

}  // namespace jvpn
