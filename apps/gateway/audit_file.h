// SPDX-License-Identifier: Apache-2.0
// The audit log's file: opened once, appended to, lines written whole at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/audit_log.h"

namespace jvpn {

class AuditFile {
 public:
  /// Opens or creates (mode 0600), and finds where the chain in it stands.
  /// Errors, naming the path: cannot be written, its last line is no audit event.
  static Result<AuditFile> open(const std::string& path);
  AuditFile(AuditFile&& other) noexcept;
  AuditFile& operator=(AuditFile&&) = delete;
  ~AuditFile();

  const AuditPosition& position_at_open() const { return position_; }
  /// Whole lines with their newlines. False: there was no room for them; they are counted, and
  /// nothing of them stays.
  bool append(std::string_view lines);
  /// A crash had cut its last line short.
  bool was_torn() const { return torn_; }
  std::uint64_t lines_lost() const { return lines_lost_; }

 private:
  AuditFile(int fd, AuditPosition position) : fd_(fd), position_(std::move(position)) {}
  /// Now and then gives the kernel's copy of the file up: nobody reads it soon, it would grow until
  /// memory ends, and pages taken back are quicker to fill than ever new ones.
  void let_go(std::size_t written);

  int fd_;
  AuditPosition position_;
  std::size_t since_let_go_ = 0;  ///< bytes
  std::uint64_t lines_lost_ = 0;
  bool torn_ = false;
};

}  // namespace jvpn
