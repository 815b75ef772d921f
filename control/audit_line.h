// SPDX-License-Identifier: Apache-2.0
// One JSON object as text, member by member, byte for byte as nlohmann's ordered_json would dump
// it: whoever checks the chain parses a line and dumps it again.
#pragma once

#include <string>
#include <string_view>

#include "session/core/audit.h"

namespace jvpn {

class AuditLine {
 public:
  AuditLine& add(std::string_view name, std::string_view text);
  AuditLine& add(std::string_view name, std::int64_t number);
  AuditLine& add(std::string_view name, std::uint64_t number);
  AuditLine& field(std::string_view name, const AuditValue& value);

  /// The object as it stands, closed; more may follow.
  std::string text() const { return text_ + '}'; }

 private:
  void begin(std::string_view name);
  /// Quoted; bytes that are no UTF-8 are replaced: a peer's name must not stop the audit.
  void quote(std::string_view text);

  std::string text_;
};

}  // namespace jvpn
