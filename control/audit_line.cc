// SPDX-License-Identifier: Apache-2.0
#include "control/audit_line.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace jvpn {
namespace {

using Json = nlohmann::ordered_json;

/// Stands for itself between quotes.
bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

}  // namespace

void AuditLine::open() {
  out_.take_back(1);
  closed_ = false;
}

void AuditLine::quote(std::string_view text) {
  if (std::ranges::all_of(text, is_plain)) {
    out_ << '"' << text << '"';
  } else {
    out_ << Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

void AuditLine::quote(const Endpoint& transport) {
  if (!transport.address.is_v4()) return quote(transport_name(transport));
  const auto& octets = transport.address.bytes;
  out_ << '"' << octets[12] << '.' << octets[13] << '.' << octets[14] << '.' << octets[15] << ':'
       << transport.port << '"';
}

void AuditLine::field(std::string_view name, const AuditValue& value) {
  begin(name);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    out_ << *number;
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    out_ << (*flag ? std::string_view("true") : std::string_view("false"));
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    quote(*text);
  } else if (const auto* transport = std::get_if<Endpoint>(&value)) {
    quote(*transport);
  } else {
    const double number = std::get<double>(value);
    out_ << (number == 0 ? std::string("0.0") : Json(number).dump());  // nearly all of them
  }
}

std::string_view AuditLine::text() {
  if (!std::exchange(closed_, true)) out_ << '}';
  return out_.written();
}

void AuditLine::end() {
  text();
  out_ << '\n';
}

}  // namespace jvpn
