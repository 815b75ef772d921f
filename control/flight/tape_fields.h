// SPDX-License-Identifier: Apache-2.0
// The fields of each input in the order of the tape, stated once for writing and reading.
#pragma once

#include <bit>

#include "control/flight/core_input.h"
#include "session/core/wire_fields.h"

namespace jvpn {

/// Writes what wire_fields.h knows, and beyond it times, sizes and byte strings.
class TapeFieldWriter {
 public:
  explicit TapeFieldWriter(std::vector<std::uint8_t>& out) : out_(out) {}

  template <class... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }

 private:
  /// Whole nanoseconds, unlike on the wire.
  void put(Duration value) { put(static_cast<std::uint64_t>(value.count())); }
  void put(Instant value) { put(static_cast<std::uint64_t>(value.ns)); }
  void put(double value) { put(std::bit_cast<std::uint64_t>(value)); }
  void put(PolicyApply value) { put(static_cast<std::uint8_t>(value)); }
  void put(OnRecoveryTimeout value) { put(static_cast<std::uint8_t>(value)); }
  void put(StoreOutcome value) { put(static_cast<std::uint8_t>(value)); }
  void put(ByteView bytes) {
    put(static_cast<std::uint32_t>(bytes.size()));
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(std::string_view text) {
    put(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  }
  void put(const std::vector<std::pair<StoreKey, std::optional<StoreValue>>>& values) {
    put(static_cast<std::uint32_t>(values.size()));
    for (const auto& [key, value] : values) {
      (*this)(key.view(), value.has_value(), value.value_or(StoreValue()).view());
    }
  }
  template <class Known>
  void put(const Known& value) {
    Bytes<64> room{};
    FieldWriter field(room);
    field(value);
    out_.insert(out_.end(), room.begin(), room.begin() + static_cast<long>(field.cursor().size()));
  }

  std::vector<std::uint8_t>& out_;
};

class TapeFieldReader {
 public:
  explicit TapeFieldReader(ByteView from) : in_(from) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (take(fields), ...);
  }
  bool finished() { return in_.cursor().finished(); }

 private:
  void take(Duration& value) {
    value = Duration(static_cast<std::int64_t>(in_.cursor().number<std::uint64_t>()));
  }
  void take(Instant& value) {
    value.ns = static_cast<std::int64_t>(in_.cursor().number<std::uint64_t>());
  }
  void take(double& value) { value = std::bit_cast<double>(in_.cursor().number<std::uint64_t>()); }
  void take(PolicyApply& value) {
    value = static_cast<PolicyApply>(in_.cursor().number<std::uint8_t>());
  }
  void take(OnRecoveryTimeout& value) {
    value = static_cast<OnRecoveryTimeout>(in_.cursor().number<std::uint8_t>());
  }
  void take(StoreOutcome& value) {
    value = static_cast<StoreOutcome>(in_.cursor().number<std::uint8_t>());
  }
  void take(ByteView& bytes) { bytes = in_.cursor().view(in_.cursor().number<std::uint32_t>()); }
  void take(std::string& text) {
    ByteView bytes;
    take(bytes);
    text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void take(std::vector<std::pair<StoreKey, std::optional<StoreValue>>>& values) {
    std::uint32_t count = 0;
    in_(count);
    while (count-- > 0 && in_.cursor().ok()) {
      std::string key, value;
      bool present = false;
      take(key);
      in_(present);
      take(value);
      values.emplace_back(key, present ? std::optional<StoreValue>(value) : std::nullopt);
    }
  }
  template <class Known>
  void take(Known& value) {
    in_(value);
  }

  FieldReader in_;
};

/// Fields of an input; Start, Tick and Shutdown have none.
template <class Input>
struct InputLayout {
  static void visit(auto&, auto&&) {}
};
template <>
struct InputLayout<Arrival> {
  static void visit(auto& in, auto&& field) { field(in.source, in.underlay, in.wire_size); }
};
template <>
struct InputLayout<StoreInput> {
  static void visit(auto& in, auto&& field) {
    field(in.reply.ticket, in.reply.outcome, in.reply.values);
  }
};
template <>
struct InputLayout<HandshakeInput> {
  static void visit(auto& in, auto&& field) {
    field(in.datagram);
    InputLayout<Arrival>::visit(in.from, field);
  }
};
template <>
struct InputLayout<ControlInput> {
  static void visit(auto& in, auto&& field) {
    field(in.tag, in.plain);
    InputLayout<Arrival>::visit(in.from, field);
  }
};
template <>
struct InputLayout<UnboundInput> {
  static void visit(auto& in, auto&& field) {
    field(in.tag);
    InputLayout<Arrival>::visit(in.from, field);
  }
};
template <>
struct InputLayout<DeadTagInput> {
  static void visit(auto& in, auto&& field) {
    field(in.tag);
    InputLayout<Arrival>::visit(in.from, field);
  }
};
template <>
struct InputLayout<TicketedInput> {
  static void visit(auto& in, auto&& field) {
    field(in.datagram);
    InputLayout<Arrival>::visit(in.from, field);
  }
};
template <>
struct InputLayout<DrainInput> {
  static void visit(auto& in, auto&& field) {
    for (auto& endpoint : in.where) field(endpoint);
  }
};
template <>
struct InputLayout<HealthInput> {
  static void visit(auto& in, auto&& field) {
    auto& report = in.report;
    field(in.tag, report.bound_version, report.received, report.peer_sent, report.received_at_ask,
          report.evidence_at, report.unechoed, report.rtt, report.bytes_up, report.bytes_down,
          report.key_epoch, report.opened_key_epoch, report.failed_opens, report.blocks,
          report.metered_up, report.metered_down);
  }
};
template <>
struct InputLayout<LoadInput> {
  static void visit(auto& in, auto&& field) { field(in.lag); }
};
template <>
struct InputLayout<PolicyInput> {
  static void visit(auto& in, auto&& field) {
    auto& p = in.policy;
    field(p.version, p.apply);
    field(p.session.max_lifetime, p.session.transport_lost_ttl, p.session.birth_key,
          p.session.tombstone);
    auto& v = p.volatility;
    field(v.heartbeat_interval, v.heartbeat_volatile, v.transport_dead, v.loss_window,
          v.loss_volatile_threshold, v.max_consecutive_drops, v.latency_volatile_threshold,
          v.stability_window, v.volatile_to_degraded);
    auto& s = p.switching;
    field(s.max_switches_per_min, s.max_nat_rebinds_per_min, s.switch_cooldown, s.recovery_window,
          s.switch_improvement_factor, s.on_recovery_timeout, s.drain, s.hold_packets, s.hold);
    field(p.transport.max_candidate_count, p.transport.candidate_max_age);
    field(p.security.challenge_max_age, p.security.replay_window_packets,
          p.security.max_authenticated_failures, p.security.rekey_after,
          p.security.rekey_after_blocks);
    auto& l = p.limits;
    field(l.sessions, l.sessions_per_prefix, l.handshakes_per_s, l.handshakes_per_source_per_s,
          l.reattaches_per_s, l.reattaches_per_source_per_s, l.notices_per_s, l.probes_per_s,
          l.rekeys_per_s, l.heartbeats_per_s, l.hold_packets_total, l.tombstones, l.wishes);
    for (auto* m : {&p.meters.up, &p.meters.down}) {
      field(m->committed_bps, m->peak_bps, m->committed_burst_bytes, m->peak_burst_bytes);
    }
  }
};
template <>
struct InputLayout<BadPolicyInput> {
  static void visit(auto& in, auto&& field) { field(in.why); }
};
template <>
struct InputLayout<OperatorRekeyInput> {
  static void visit(auto& in, auto&& field) { field(in.session); }
};
template <>
struct InputLayout<OperatorTerminateInput> {
  static void visit(auto& in, auto&& field) { field(in.session); }
};

}  // namespace jvpn
