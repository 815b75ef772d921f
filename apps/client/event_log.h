// SPDX-License-Identifier: Apache-2.0
// The client's events, one JSON object a line, of the same shape as the gateway's audit; node_id is
// 0.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "client/os/file_handle.h"
#include "session/core/audit.h"

namespace jvpn::client {

class EventLog {
 public:
  /// Appends to the file; an empty path writes nothing. Errors: cannot be opened.
  static Result<EventLog> open(const std::string& path);
  /// False: the line could not be written as a whole.
  bool write(const AuditEvent& event, std::int64_t wall_ms);

 private:
  explicit EventLog(FileHandle file) : file_(std::move(file)) {}

  FileHandle file_;
  std::uint64_t sequence_ = 0;
};

/// One line without its end.
std::string to_json_line(const AuditEvent& event, std::uint64_t sequence, std::int64_t wall_ms);

}  // namespace jvpn::client
