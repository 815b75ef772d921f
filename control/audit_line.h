// SPDX-License-Identifier: Apache-2.0
// One JSON object as text, member by member, byte for byte as nlohmann's ordered_json would dump
// it: whoever checks the chain parses a line and dumps it again.
#pragma once

#include <string>
#include <string_view>

#include "control/text_writer.h"
#include "session/core/audit.h"

namespace jvpn {

class AuditLine {
 public:
  /// The object is appended to `out`, which nobody else touches while the line lives.
  explicit AuditLine(std::string& out) : out_(out) {}

  /// Names of all these are literals.
  template <std::size_t N>
  AuditLine& add(const char (&name)[N], std::integral auto number) {
    begin(name);
    out_ << number;
    return *this;
  }
  template <std::size_t N>
  AuditLine& add(const char (&name)[N], StateVersion version) {
    begin(name);
    out_ << '"' << version.owner_epoch.value << ':' << version.sequence << '"';
    return *this;
  }
  /// Quoted; bytes that are no UTF-8 are replaced: a peer's name must not stop the audit.
  template <std::size_t N>
  AuditLine& add(const char (&name)[N], std::string_view text) {
    begin(name);
    quote(text);
    return *this;
  }
  /// Text of our own that stands for itself between quotes.
  template <std::size_t N>
  AuditLine& add_plain(const char (&name)[N], std::string_view text) {
    begin(name);
    out_ << '"' << text << '"';
    return *this;
  }
  template <std::size_t N>
  AuditLine& add_hex(const char (&name)[N], ByteView bytes) {
    begin(name);
    (out_ << '"').hex(bytes) << '"';
    return *this;
  }
  /// What an event's type adds.
  void field(std::string_view name, const AuditValue& value);

  /// The object as it stands, closed, until a member is added.
  std::string_view text();
  /// Closes it for good, and the line.
  void end();

 private:
  template <class Name>
  void begin(const Name& name) {
    if (closed_) open();
    (out_.is_empty() ? out_ << "{\"" : out_ << ",\"") << name << "\":";
  }
  void open();
  void quote(std::string_view text);
  void quote(const Endpoint& transport);

  TextWriter out_;
  bool closed_ = false;
};

}  // namespace jvpn
