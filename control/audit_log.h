// SPDX-License-Identifier: Apache-2.0
// Audit events as JSON lines, numbered and chained (docs/SESSION.md, "Events").
//
//   hash = hex SHA-256 of the line as it would stand without its member "hash"
//
// and that text contains prev_hash, the hash of the line before; the first has 64 zeros.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/sha256.h"
#include "session/core/audit.h"

namespace jvpn {

/// Where a chain stands: what the next line continues.
struct AuditPosition {
  std::uint64_t next_seq = 1;
  Bytes<32> prev_hash{};
};

/// Who writes.
struct AuditOrigin {
  std::string node_id;
  OwnerEpoch owner_epoch;
  std::string policy_version;
};

class AuditLog {
 public:
  /// Takes whole lines, each with its newline. False: none of them could be kept.
  using Sink = std::function<bool(std::string_view lines)>;

  AuditLog(AuditOrigin origin, AuditPosition position, Sink sink);
  /// `ts_ms`: wall clock, Unix time, for people only. It waits for flush(): the events of one
  /// decision are kept together, or not at all.
  void add(const AuditEvent& event, std::int64_t ts_ms);
  /// Hands what waits to the sink. What that cannot keep is counted, and an AuditGap says so in the
  /// chain before anything else is written.
  void flush();
  void write(const AuditEvent& event, std::int64_t ts_ms) {
    add(event, ts_ms);
    flush();
  }
  /// An event of that time is known to be missing from the file.
  void note_lost(Instant at);
  const AuditPosition& position() const { return position_; }

 private:
  /// Events since the last line that was kept.
  struct Gap {
    std::uint64_t lost = 0;
    Instant from{0};
    Instant to{0};
    void note(Instant at);
  };
  void append(const AuditEvent& event, std::int64_t ts_ms);
  AuditEvent event_of(const Gap& gap) const;

  AuditOrigin origin_;
  AuditPosition position_;  ///< behind what waits
  Sha256 hash_;
  Sink sink_;
  Gap gap_;  ///< not yet said by what waits

  std::string waiting_;
  AuditPosition kept_;  ///< before what waits
  Gap if_lost_;         ///< the gap if what waits cannot be kept
};

/// Checks one line against the position before it; the position after it.
/// Errors: no JSON object, a number or hash that does not continue the chain, altered content.
Result<AuditPosition> follow_audit_line(const AuditPosition& before, std::string_view line);

/// The position after this line, whatever came before: to continue a file.
Result<AuditPosition> position_after(std::string_view line);

}  // namespace jvpn
