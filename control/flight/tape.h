// SPDX-License-Identifier: Apache-2.0
// The flight recorder's tape: frames in the order of what happened.
//
//   | size 32 | kind 8 | body |
//
//   input     time and what happened (core_input.h)
//   draw      random bytes that the core was given meanwhile
//   slot      the tag that it was given, or none       key room   yes or no
//   event     the audit line that followed, without wall clock: what a replay must bring about
//
// A tape holds secrets (random draws become keys): its file is for the gateway's own user only.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "control/audit_log.h"
#include "control/flight/core_input.h"

namespace jvpn {

enum class TapeFrame : std::uint8_t { input = 1, draw, slot, key_room, event };

class TapeWriter {
 public:
  /// Takes whole frames.
  using Sink = std::function<void(ByteView frame)>;
  explicit TapeWriter(Sink sink);

  void input(const CoreInput& input, Instant now);
  void draw(ByteView bytes);
  void slot(const std::optional<Tag>& tag);
  void key_room(bool yes);
  void event(const AuditEvent& event);

 private:
  void frame(TapeFrame kind, ByteView body);

  Sink sink_;
  AuditLog lines_;
  std::vector<std::uint8_t> buffer_;
};

/// What stands next on a tape; views into it.
struct TapeItem {
  TapeFrame kind{};
  ByteView body;
};

class TapeReader {
 public:
  explicit TapeReader(ByteView tape) : rest_(tape) {}
  /// Nothing at the end, or where the tape is cut or damaged: then ok() is false.
  std::optional<TapeItem> next();
  /// The same without moving on.
  std::optional<TapeItem> peek();
  bool ok() const { return ok_; }
  /// Frames read so far.
  std::uint64_t position() const { return position_; }

 private:
  ByteView rest_;
  bool ok_ = true;
  std::uint64_t position_ = 0;
};

struct TimedInput {
  CoreInput input;
  Instant at;
};
/// Nothing for a body that write never made.
std::optional<TimedInput> read_input(ByteView body);

}  // namespace jvpn
