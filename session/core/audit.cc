// SPDX-License-Identifier: Apache-2.0
#include "session/core/audit.h"

#include <charconv>

namespace jvpn {
namespace {

std::string shortest(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace

std::string transport_name(const Endpoint& endpoint) {
  return endpoint.is_unset() ? "none" : to_string(endpoint);
}

std::string text_of(const AuditValue& value) {
  if (const auto* transport = std::get_if<Endpoint>(&value)) return transport_name(*transport);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<double>(&value)) return shortest(*number);
  return std::to_string(std::get<std::int64_t>(value));
}

}  // namespace jvpn
