// SPDX-License-Identifier: Apache-2.0
#include "generator.h"

#include <algorithm>

#include "base/ensure.h"
#include "benchmarks/dataplane/frames.h"
#include "dataplane/frame.h"
#include "dataplane/outer.h"
#include "session/core/wire.h"
#include "wire.h"

namespace jvpn::bench {
namespace {

constexpr unsigned kSpareControl = 4096;  ///< repetitions, heartbeats, answers of next hops
/// As in the gateway's own pools: what a worker does with a message includes freeing its buffer.
constexpr unsigned kCache = 256;
constexpr int kDraws = 1000;
constexpr std::size_t kControlRoom = kOuterSizeV4 + kInitSize;

std::size_t data_room(const Sizes& sizes) {
  return kOuterSizeV4 + kDataOverhead + *std::ranges::max_element(sizes);
}

std::size_t pool_bytes(std::size_t count, std::size_t room) {
  return count * (sizeof(rte_mbuf) + RTE_PKTMBUF_HEADROOM + room + 256);
}

/// `cache`: buffers that a worker keeps for itself of those it frees.
rte_mempool* make_pool(const char* name, std::size_t count, std::size_t room, unsigned cache) {
  auto* const pool = rte_pktmbuf_pool_create(
      name, static_cast<unsigned>(count), cache, 0,
      static_cast<std::uint16_t>(room + RTE_PKTMBUF_HEADROOM), SOCKET_ID_ANY);
  ensure(pool != nullptr, "EAL was started with the memory that the buffers need");
  return pool;
}

rte_mbuf* take(rte_mempool* pool) {
  rte_mbuf* const buffer = rte_pktmbuf_alloc(pool);
  ensure(buffer != nullptr, "all buffers came back after the last slice");
  return buffer;
}

ByteSpan bytes_of(rte_mbuf* frame) {
  return {rte_pktmbuf_mtod(frame, std::uint8_t*), rte_pktmbuf_data_len(frame)};
}

}  // namespace

std::uint32_t Generator::memory_mb(const Load& load, std::uint32_t clients) {
  const std::size_t bytes = pool_bytes(load.packets, data_room(load.sizes)) +
                            pool_bytes(clients + kSpareControl, kControlRoom);
  return static_cast<std::uint32_t>(bytes >> 20) + 8;
}

Generator::Generator(GatewayRig& rig, Clients& clients, const Load& load)
    : rig_(rig),
      clients_(clients),
      load_(load),
      data_buffers_(make_pool("storm_data", load.packets, data_room(load.sizes), 0)),
      control_buffers_(
          make_pool("storm_control", clients.count() + kSpareControl, kControlRoom, kCache)) {}

Generator::~Generator() {
  rte_mempool_free(data_buffers_);
  rte_mempool_free(control_buffers_);
}

void Generator::fill() {
  Frames data, control, answers;
  const double span = write_data(data);
  write_control(control, span);
  write_answers(GatewayRig::kUnderlay, control);
  write_answers(GatewayRig::kPlaintext, answers);
  if (load_.way == Way::uplink) {
    control.insert(control.end(), data.begin(), data.end());
    data.clear();
  }
  data.insert(data.end(), answers.begin(), answers.end());
  feed(GatewayRig::kUnderlay, std::move(control));
  feed(GatewayRig::kPlaintext, std::move(data));
}

void Generator::fill_control() {
  Frames control, answers;
  write_control(control, 0);
  write_answers(GatewayRig::kUnderlay, control);
  write_answers(GatewayRig::kPlaintext, answers);
  feed(GatewayRig::kUnderlay, std::move(control));
  feed(GatewayRig::kPlaintext, std::move(answers));
}

/// Returns how long the slice is.
double Generator::write_data(Frames& out) {
  std::exponential_distribution<double> gap(load_.gap_cycles > 0 ? 1 / load_.gap_cycles : 1);
  double at = 0;
  due_.clear();
  for (std::size_t i = 0; i < load_.packets; ++i) {
    const std::uint32_t size = load_.sizes[i % load_.sizes.size()];
    rte_mbuf* const frame = load_.way == Way::uplink ? write_uplink(size) : write_downlink(size);
    frame->hash.usr = static_cast<std::uint32_t>(i);
    at += load_.gap_cycles > 0 ? gap(random_) : 1;
    due_.push_back(at);
    out.push_back({at, frame});
  }
  return at;
}

rte_mbuf* Generator::write_uplink(std::uint32_t size) {
  const std::uint32_t index = draw_settled();
  rte_mbuf* const buffer = take(data_buffers_);
  const ByteSpan frame = begin_frame(buffer, kOuterSizeV4 + kDataOverhead + size);
  write_outer_from(clients_.source(index), rig_.link(GatewayRig::kUnderlay), frame);
  std::uint8_t* const payload = frame.data() + kOuterSizeV4;
  write_inner(payload + client::OutgoingPacket::kHeadroom, size, clients_.inner(index), kServer);
  const std::uint32_t sealed = clients_.seal(index, {payload, size});
  ensure(sealed == size + kDataOverhead, "who is not jumping can send");
  return buffer;
}

rte_mbuf* Generator::write_downlink(std::uint32_t size) {
  rte_mbuf* const buffer = take(data_buffers_);
  write_from_server(buffer, rig_.link(GatewayRig::kPlaintext), clients_.inner(draw_settled()),
                    size);
  return buffer;
}

std::uint32_t Generator::draw_settled() {
  for (int i = 0; i < kDraws; ++i) {
    const auto index = static_cast<std::uint32_t>(random_() % clients_.count());
    if (clients_.is_settled(index)) return index;
  }
  std::uint32_t index = 0;
  while (index < clients_.count() && !clients_.is_settled(index)) ++index;
  ensure(index < clients_.count(), "somebody is settled at any time of a storm");
  return index;
}

/// Evenly over the slice.
void Generator::write_control(Frames& out, double span) {
  const double gap = span / static_cast<double>(clients_.outbox.size() + 1);
  double at = 0;
  for (const ClientDatagram& datagram : clients_.outbox) {
    rte_mbuf* const buffer = take(control_buffers_);
    const ByteSpan frame = begin_frame(buffer, kOuterSizeV4 + datagram.payload.size());
    write_outer_from(datagram.source, rig_.link(GatewayRig::kUnderlay), frame);
    std::ranges::copy(datagram.payload, frame.begin() + kOuterSizeV4);
    out.push_back({at += gap, buffer});
  }
  clients_.outbox.clear();
}

void Generator::write_answers(GatewayRig::Side side, Frames& out) {
  for (const NeighbourFrame& answer : answers_[side]) {
    rte_mbuf* const buffer = take(control_buffers_);
    std::ranges::copy(answer.view(), begin_frame(buffer, answer.size).begin());
    out.push_back({0, buffer});
  }
  answers_[side].clear();
}

void Generator::feed(GatewayRig::Side side, Frames frames) {
  std::ranges::stable_sort(frames, {}, &Timed::at);
  Feed& feed = rig_.feed(side);
  for (const Timed& timed : frames) {
    feed.frames.push_back(timed.frame);
    if (load_.gap_cycles > 0) feed.due.push_back(static_cast<std::uint64_t>(timed.at));
  }
}

Forwarded Generator::collect(Instant now) {
  Forwarded out;
  read(GatewayRig::kUnderlay, now, out);
  read(GatewayRig::kPlaintext, now, out);
  return out;
}

void Generator::read(GatewayRig::Side side, Instant now, Forwarded& out) {
  const Sent& sent = rig_.sent(side);
  for (std::size_t i = 0; i < sent.count; ++i) {
    rte_mbuf* const frame = sent.frames[i];
    if (frame->pool != data_buffers_) {
      read_control(side, bytes_of(frame), now);
    } else {
      ++out.packets;
      if (load_.gap_cycles > 0) {
        out.latencies.push_back(static_cast<double>(sent.times[i] - rig_.began_at()) -
                                due_[frame->hash.usr]);
      }
    }
    rte_pktmbuf_free(frame);
  }
}

void Generator::read_control(GatewayRig::Side side, ByteSpan frame, Instant now) {
  if (const auto answer = answer_as_next_hop(rig_.link(side), frame)) {
    answers_[side].push_back(*answer);
  } else if (const auto datagram = read_datagram(frame)) {
    clients_.receive(datagram->to, datagram->payload, now);
  }
}

}  // namespace jvpn::bench
