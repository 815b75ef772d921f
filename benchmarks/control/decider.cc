// SPDX-License-Identifier: Apache-2.0
#include "decider.h"

#include <chrono>

#include "base/ensure.h"
#include "session/core/control_datagram.h"
#include "session/core/wire.h"

namespace jvpn::bench {

std::optional<Tag> EndlessSlots::reserve(std::uint8_t worker) {
  return GatewayTag{1, worker, next_++, 1}.pack();
}

Decider::Decider(ControlConfig config)
    : audit_({std::to_string(config.node), config.owner_epoch, config.policy.version}, {},
             [this](std::string_view lines) { return audit_bytes_ += lines.size(), true; }),
      core_(std::move(config), random_, slots_) {}

template <class Call>
void Decider::decide(Instant now, Call call) {
  const HeapMeter::Scope counted(&heap);
  const auto begin = std::chrono::steady_clock::now();
  call();
  carry_out(actions_, now);
  time += std::chrono::steady_clock::now() - begin;
}

/// As the gateway's control loop does: until nothing is left to do.
void Decider::carry_out(Actions& actions, Instant now) {
  while (!actions.empty()) {
    doing_.swap(actions);
    for (const Action& action : doing_) {
      if (const auto* audit = std::get_if<WriteAudit>(&action)) audit_.add(audit->event, 0);
    }
    audit_.flush();
    for (const Action& action : doing_) follow(action);
    doing_.clear();
    for (const StoreReply& reply : store_.take_replies()) core_.on_store(reply, now, actions);
  }
}

void Decider::follow(const Action& action) {
  if (const auto* write = std::get_if<StoreTransaction>(&action)) return store_.begin(*write);
  if (const auto* read = std::get_if<StoreRead>(&action)) return store_.begin(*read);
  const HeapMeter::Scope not_counted(nullptr);  // nor would these be control's
  if (const auto* send = std::get_if<SendDatagram>(&action)) return answers.push_back(*send);
  if (const auto* born = std::get_if<InstallSession>(&action)) {
    Worker& worker = worker_of(born->tag);
    worker.tag = born->tag;
    worker.open = born->control_open.clone();
    worker.bound = born->view.bound_version;
  } else if (const auto* view = std::get_if<PublishView>(&action)) {
    worker_of(view->tag).bound = view->view.bound_version;
  }
}

Decider::Worker& Decider::worker_of(Tag tag) {
  const std::uint32_t slot = GatewayTag::unpack(tag).slot;
  if (slot >= table_.size()) table_.resize(slot + 1);
  return table_[slot];
}

void Decider::start(Instant now) {
  decide(now, [&] { core_.start(now, actions_); });
}

void Decider::receive(ByteView datagram, const Endpoint& source, Instant now) {
  const Arrival from{source, 0, datagram.size()};
  const auto prefix = load<WirePrefix>(datagram.data());
  const auto type = static_cast<WireType>(prefix.type());
  if (type == WireType::data) return;
  if (type != WireType::control && type != WireType::ticketed) {
    return decide(now, [&] { core_.on_handshake(datagram, from, now, actions_); });
  }
  const Worker& worker = worker_of(prefix.receiver());
  Bytes<kMaxControlSize> plain;
  const std::size_t size = open_datagram(datagram, worker.open.view(), plain);
  ensure(size != 0, "clients seal under the keys that they were given");
  decide(now, [&] {
    core_.on_control(prefix.receiver(), ByteView(plain).first(size), from, now, actions_);
  });
}

void Decider::tick(Instant now) {
  decide(now, [&] { core_.on_tick(now, actions_); });
}

void Decider::sample_all(Instant now) {
  for (const Worker& worker : table_) {
    HealthReport report;
    report.bound_version = worker.bound;
    report.received = 10;
    report.peer_sent = report.received_at_ask = 10;
    report.evidence_at = now;
    decide(now, [&] { core_.on_health(worker.tag, report, now, actions_); });
  }
}

}  // namespace jvpn::bench
