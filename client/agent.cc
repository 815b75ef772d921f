// SPDX-License-Identifier: Apache-2.0
#include "client/agent.h"

#include "base/ensure.h"
#include "client/agent_parts.h"
#include "client/timing.h"

namespace jvpn::client {
namespace {

std::optional<WireType> type_of(ByteView datagram) {
  if (datagram.size() < sizeof(WirePrefix)) return std::nullopt;
  return static_cast<WireType>(load<WirePrefix>(datagram.data()).type());
}

}  // namespace

ClientAgent::ClientAgent(Settings settings, RandomSource& random, AeadEngine& engine)
    : settings_(std::move(settings)),
      random_(random),
      engine_(engine),
      paths_(settings_.path_count, settings_.endpoints),
      connect_(settings_, random_) {
  begin(Instant{0});
}

ClientAgent::~ClientAgent() = default;

void ClientAgent::on_path(PathId path, const PathState& state, Instant now, Actions& out) {
  const Step step{now, out};
  notice_gap(step);
  if (gate(now) == Gate::flow) unsendable_since_ = now;
  if (!paths_.update(path, state)) return;
  if (phase_ == Phase::confirming && !paths_.is_usable(confirming_->offer.route)) {
    confirming_.reset();
    begin(now);
  }
  if (phase_ == Phase::live) live_->on_path(path, step);
  connect_.hasten(now);
  on_tick(now, out);
}

void ClientAgent::on_route_hint(PathId path, Instant now, Actions& out) {
  if (phase_ == Phase::live) live_->on_route_hint(path, now);
  connect_.hasten(now);
  on_tick(now, out);
}

std::optional<Route> ClientAgent::seal(std::span<OutgoingPacket> burst) {
  if (phase_ != Phase::live || !live_->sending()) {
    for (OutgoingPacket& packet : burst) packet.wire_size = 0;
    counters_.no_path += burst.size();
    return std::nullopt;
  }
  live_->count_sent(live_->traffic().seal(burst, live_->session().gateway_tag()));
  return live_->sending();
}

void ClientAgent::receive(std::span<ReceivedDatagram> burst, Instant now, Delivery& delivery,
                          Actions& out) {
  ensure(burst.size() <= kPacketBurst, "the caller takes no more than a burst");
  const Step step{now, out};
  notice_gap(step);
  std::array<ByteSpan, kPacketBurst> data;
  std::array<const ReceivedDatagram*, kPacketBurst> origins;
  std::array<ByteView, kPacketBurst> inner;
  std::size_t count = 0;
  delivery.count = 0;
  for (ReceivedDatagram& datagram : burst) {
    if (!paths_.is_gateway(datagram.came_by.gateway)) {
      ++counters_.unknown_source;
    } else if (phase_ == Phase::live && live_->traffic().is_ours(datagram.payload)) {
      origins[count] = &datagram;
      data[count++] = datagram.payload;
    }
  }
  if (count > 0) {
    live_->traffic().open(std::span(data).first(count), inner);
    live_->on_opened(step);
    deliver(std::span(origins).first(count), std::span(inner).first(count), delivery, step);
  }
  for (ReceivedDatagram& datagram : burst) {
    if (!paths_.is_gateway(datagram.came_by.gateway)) continue;
    if (type_of(datagram.payload) != WireType::data) on_control(datagram, step);
  }
  settle(step);
  wake_at_ = next_deadline(now);
}

void ClientAgent::deliver(std::span<const ReceivedDatagram* const> origins,
                          std::span<const ByteView> inner, Delivery& delivery, Step step) {
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i].data() == nullptr) continue;
    live_->count_received(origins[i]->came_by);
    if (is_heartbeat(inner[i])) {
      live_->on_heartbeat(inner[i], origins[i]->came_by, step);
    } else if (live_->traffic().is_deliverable(inner[i])) {
      delivery.packets[delivery.count++] = inner[i];
    }
  }
  counters_.delivered += delivery.count;
}

void ClientAgent::on_control(ReceivedDatagram& datagram, Step step) {
  const std::optional<WireType> type = type_of(datagram.payload);
  if (type == WireType::handshake_ack) {
    if (auto offer = connect_.on_ack(datagram.payload, datagram.came_by)) {
      return on_offer(std::move(*offer), step);
    }
    ++counters_.control_ignored;
  } else if (type == WireType::cookie_reply) {
    if (!connect_.on_cookie(datagram.payload, datagram.came_by, step.now)) {
      ++counters_.control_ignored;
    }
  } else if (type != WireType::control) {
    ++counters_.unknown_datagram;
  } else if (phase_ == Phase::live) {
    live_->on_control(datagram.payload, datagram.came_by, step);
    settle(step);
  } else if (phase_ == Phase::confirming) {
    on_done(datagram.payload, step);
  } else if (phase_ == Phase::closing) {
    close_answered(datagram.payload);
  } else {
    ++counters_.unknown_datagram;
  }
}

void ClientAgent::on_tick(Instant now, Actions& out) {
  const Step step{now, out};
  notice_gap(step);
  if (phase_ == Phase::live) live_->tick(step);
  settle(step);
  if (phase_ == Phase::live) ask_whether_known(step);
  if (phase_ == Phase::confirming && now >= confirming_->due) send_confirm(step);
  if (phase_ == Phase::closing && now >= closing_->due) send_terminate(step);
  connect_.tick(paths_, step);
  wake_at_ = next_deadline(now);
}

Instant ClientAgent::next_deadline(Instant now) const {
  Instant next = connect_.next_deadline();
  if (phase_ == Phase::live) next = std::min(next, live_->next_deadline(now));
  if (phase_ == Phase::confirming) next = std::min(next, confirming_->due);
  if (phase_ == Phase::closing) next = std::min(next, closing_->due);
  const Instant drop_at = unsendable_since_ + kHoldOutage;
  if (gate(now) == Gate::hold) next = std::min(next, drop_at);
  return next;
}

Gate ClientAgent::gate(Instant now) const {
  if (phase_ == Phase::live && live_->sending()) return Gate::flow;
  return now - unsendable_since_ < kHoldOutage ? Gate::hold : Gate::drop;
}

Status ClientAgent::status() const {
  Status status;
  if (phase_ == Phase::connecting || phase_ == Phase::confirming) status.state = State::birth;
  if (!live_) return status;
  const Session& session = live_->session();
  return {live_->state(),       session.id(),   session.version(), session.bound_version(),
          live_->last_reason(), live_->bound(), live_->observed(), live_->rtt()};
}

}  // namespace jvpn::client
