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
  AuditLine() { text_.reserve(kUsualSize); }
  AuditLine& add(std::string_view name, std::string_view text);
  AuditLine& add(std::string_view name, std::int64_t number);
  AuditLine& add(std::string_view name, std::uint64_t number);
  AuditLine& field(std::string_view name, const AuditValue& value);

  /// The object as it stands, closed, until a member is added.
  std::string_view text() {
    if (!closed_) text_ += '}';
    closed_ = true;
    return text_;
  }

 private:
  static constexpr std::size_t kUsualSize = 768;

  void begin(std::string_view name);
  /// Quoted; bytes that are no UTF-8 are replaced: a peer's name must not stop the audit.
  void quote(std::string_view text);

  std::string text_;
  bool closed_ = false;
};

}  // namespace jvpn
