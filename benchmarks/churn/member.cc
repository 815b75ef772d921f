// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/member.h"

namespace jvpn::churn {
namespace {

constexpr std::uint32_t kMostOwed = 16;  ///< the tunnel's queue of one session

client::Settings settings_of(const Options& options, std::uint32_t index) {
  return {.key = KeyPair::from_secret(options.who.secret(index)),
          .gateway = options.gateway_key,
          .psk = Key32{},
          .suites = {Suite::aes_256_gcm, Suite::chacha20_poly1305},
          .endpoints = {options.gateway},
          .prefixes = {},
          .wanted_heartbeat = options.heartbeat,
          .path_count = 2};
}

}  // namespace

Member::Member(std::uint32_t index, Stage& stage)
    : stage_(stage),
      index_(index),
      agent_(settings_of(stage.options, index), stage.random, stage.engine) {
  ++stage_.tally.open;
}

client::PathState Member::path_state(std::uint8_t path) const {
  return {true, stage_.sources.source(index_, generation_[path]).address, {}};
}

void Member::begin(Instant now) {
  begun_ = now;
  agent_.on_path(PathId{0}, path_state(0), now, stage_.actions);
  if (stage_.options.death == Death::silent) {
    agent_.on_path(PathId{1}, path_state(1), now, stage_.actions);
  }
  settle(now);
}

void Member::receive(const UdpPort::Arrival& arrival, Instant now) {
  for (std::uint8_t path = 0; path < 2; ++path) {
    const client::PathState here = path_state(path);
    if (number_of(here.v4) != arrival.to) continue;
    if (dead_ == path) return;
    client::ReceivedDatagram datagram{{PathId{path}, here.v4, arrival.from}, arrival.payload};
    agent_.receive({&datagram, 1}, now, stage_.delivery, stage_.actions);
    for (std::size_t i = 0; i < stage_.delivery.count; ++i) {
      deliver(stage_.delivery.packets[i], now);
    }
    return settle(now);
  }
  ++stage_.tally.strays;
}

void Member::on_alarm(Alarm alarm, Instant now) {
  switch (alarm) {
    case Alarm::agent:
      agent_.on_tick(now, stage_.actions);
      break;
    case Alarm::data:
      owe_data(now);
      break;
    case Alarm::jump:
      return jump_by_interval(now);
  }
  settle(now);
}

void Member::end(Instant now) {
  agent_.shutdown(now, stage_.actions);
  stage_.set(index_, Alarm::data, Instant::never());
  stage_.set(index_, Alarm::jump, Instant::never());
  settle(now);
}

/// So that the sessions do not all do the same thing in one moment.
Duration Member::phase_of(Duration interval) const {
  return interval / std::max(stage_.options.who.count, 1u) * index_;
}

void Member::owe_data(Instant now) {
  data_due_ = std::max(data_due_ + stage_.options.data_interval, now);
  stage_.set(index_, Alarm::data, data_due_);
  if (!stage_.data_flows) return;
  if (owed_ < kMostOwed) {
    ++owed_;
  } else {
    ++stage_.tally.withheld;
  }
}

void Member::send_owed(Instant now) {
  if (owed_ == 0) return;
  const client::Gate gate = agent_.gate(now);
  if (gate == client::Gate::drop) stage_.tally.withheld += std::exchange(owed_, 0);
  if (gate != client::Gate::flow) return;
  for (; owed_ > 0; --owed_) send_one(now);
}

void Member::send_one(Instant now) {
  Bytes<UdpPort::kMostBytes> bytes;
  const Stamp stamp{index_, up_.send(stage_.tally.up), 0, now.ns};
  write_uplink(
      stage_.options.who.inner(index_), stage_.options.sink, stamp,
      ByteSpan(bytes).subspan(client::OutgoingPacket::kHeadroom, stage_.options.packet_size));
  client::OutgoingPacket packet{bytes.data(), stage_.options.packet_size};
  const auto route = agent_.seal({&packet, 1});
  if (watch_ && !watch_->attached) up_.expose();
  if (route && packet.wire_size > 0) {
    transmit(*route, ByteView(bytes).first(packet.wire_size));
  }
}

void Member::transmit(const client::Route& route, ByteView payload) {
  if (dead_ == route.path.value) return;
  const auto source = stage_.sources.source(index_, generation_[route.path.value]);
  if (source.address != route.source) return;  // that address is gone
  stage_.ports[source.socket].send(payload, route.gateway, route.source);
}

std::optional<Stamp> Member::answer_of(const Stamp& stamp) {
  if (!up_.arrive(stamp.number, stage_.tally.up)) return std::nullopt;
  const Stamp answer{index_, down_.send(stage_.tally.down), stamp.number, stamp.sent_ns};
  if (watch_ && !watch_->attached) down_.expose();
  return answer;
}

void Member::deliver(ByteView inner, Instant now) {
  const auto stamp = read_inner(inner);
  if (!stamp || stamp->session != index_) {
    ++stage_.tally.violations.wrong_session_packets;
    return;
  }
  if (!down_.arrive(stamp->number, stage_.tally.down)) return;
  stage_.tally.round_trip.add(now - Instant{stamp->sent_ns});
  if (watch_ && stamp->answers >= watch_->first_number) on_answered(now);
}

void Member::settle_numbers() {
  up_.settle(stage_.tally.up);
  down_.settle(stage_.tally.down);
}

void Member::settle(Instant now) {
  do {
    send_owed(now);
    stage_.doing.swap(stage_.actions);
    for (const client::Action& action : stage_.doing) {
      std::visit([&](const auto& what) { carry_out(what, now); }, action);
    }
    stage_.doing.clear();
    if (dead_ && watch_ && watch_->attached) revive(now);
    if (dead_ && !watch_) revive(now);
  } while (!stage_.actions.empty());
  if (agent_.closed() && !std::exchange(closed_, true)) --stage_.tally.open;
  stage_.set(index_, Alarm::agent, agent_.closed() ? Instant::never() : agent_.next_deadline(now));
}

void Member::carry_out(const client::SendDatagram& send, Instant) {
  transmit(send.route, send.payload);
}

void Member::carry_out(const client::ConfigureTunnel& tunnel, Instant) {
  if (tunnel.inner_v4 != stage_.options.who.inner(index_)) {
    ++stage_.tally.violations.identity_changes;
  }
}

void Member::carry_out(const client::WriteEvent& write, Instant now) {
  const AuditEvent& event = write.event;
  ++stage_.tally.events[event.type];
  if (event.type == "SessionCreated") return on_born(event, now);
  if (id_ && event.session != *id_) ++stage_.tally.violations.identity_changes;
  if (event.type.starts_with("Security")) ++stage_.tally.violations.security_events;
  if (event.type == "SessionTerminated") return on_ended(event);
  if (!watch_ || watch_->attached) return;
  if (event.type == "ReattachAttempt" && watch_->noticed == Instant::never()) {
    watch_->noticed = now;
    watch_->times.detection.add(now - watch_->ordered);
  } else if (event.type == "TransportSwitch") {
    on_attached(now);
  }
}

void Member::on_born(const AuditEvent& event, Instant now) {
  id_ = event.session;
  ++stage_.tally.births;
  ++stage_.tally.attached;
  stage_.tally.birth.add(now - begun_);
  const Options& options = stage_.options;
  if (options.data_interval > Duration::zero()) {
    data_due_ = now + phase_of(options.data_interval);
    stage_.set(index_, Alarm::data, data_due_);
  }
}

void Member::on_ended(const AuditEvent& event) {
  if (!stage_.sessions_end) {
    ++stage_.tally.violations.unexpected_ends;
    ++stage_.tally.ends[event.reason];
  }
  if (id_) --stage_.tally.attached;
  if (watch_ && !watch_->attached) --stage_.tally.jumping;
  id_.reset();
  watch_.reset();
}

}  // namespace jvpn::churn
