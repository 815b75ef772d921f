// SPDX-License-Identifier: Apache-2.0
#include "session/core/heartbeat.h"

#include "base/ensure.h"
#include "session/core/wire_fields.h"

namespace jvpn {
namespace {

/// The fields behind the first byte, for writing and reading.
void visit(auto& heartbeat, auto& reserved, auto& field) {
  field(heartbeat.path, heartbeat.stretch, reserved, heartbeat.nonce, heartbeat.echo,
        heartbeat.sent, heartbeat.received, heartbeat.version, heartbeat.rtt_us);
}

}  // namespace

void write_heartbeat(const Heartbeat& heartbeat, std::span<std::uint8_t, kHeartbeatInnerSize> out) {
  FieldWriter field(out);
  field(static_cast<std::uint8_t>(heartbeat.kind));
  constexpr std::uint8_t kReserved = 0;
  visit(heartbeat, kReserved, field);
  field.cursor().pad_to(kHeartbeatInnerSize);
  ensure(field.cursor().ok(), "a heartbeat fits into kHeartbeatInnerSize");
}

std::optional<Heartbeat> read_heartbeat(ByteView inner) {
  if (inner.size() != kHeartbeatInnerSize) return std::nullopt;
  Heartbeat heartbeat;
  std::uint8_t kind = 0;
  std::uint8_t reserved = 0;
  FieldReader field(inner);
  field(kind);
  visit(heartbeat, reserved, field);
  heartbeat.kind = static_cast<HeartbeatKind>(kind);
  const bool known = heartbeat.kind == HeartbeatKind::ask || heartbeat.kind == HeartbeatKind::reply;
  if (!known || reserved != 0 || !field.cursor().only_padding_left()) return std::nullopt;
  return heartbeat;
}

}  // namespace jvpn
