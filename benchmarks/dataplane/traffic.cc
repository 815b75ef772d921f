// SPDX-License-Identifier: Apache-2.0
#include "traffic.h"

#include "base/ensure.h"
#include "dataplane/outer.h"
#include "frames.h"
#include "session/core/wire.h"

namespace jvpn::bench {
Traffic::Traffic(PathRig& rig, rte_mempool* buffers, Spread spread, Sizes sizes)
    : rig_(rig),
      engine_(std::move(*AeadEngine::create())),
      draw_(spread, rig.shape().sessions),
      sizes_(std::move(sizes)),
      buffers_(kSlice),
      packets_(kSlice) {
  const int taken = rte_pktmbuf_alloc_bulk(buffers, buffers_.data(), kSlice);
  ensure(taken == 0, "the pool has enough buffers for a slice");
  std::mt19937_64 random(2);
  for (std::uint32_t i = 0; i < rig.shape().sessions; ++i) {
    // Where the traffic of an earlier run has left off, if there was any.
    const std::uint64_t next = rig.record(i).uplink.key.replay.next();
    counters_.push_back(next == 0 ? random() >> 40 : next);
  }
}

Traffic::~Traffic() {
  rte_pktmbuf_free_bulk(buffers_.data(), kSlice);
}

std::uint32_t Traffic::draw_session() {
  const std::uint32_t workers = rig_.shape().workers;
  const std::uint32_t drawn = draw_.next();
  const std::uint32_t own = drawn - drawn % workers + worker_;
  return own < rig_.shape().sessions ? own : worker_;
}

std::span<rte_mbuf*> Traffic::fill(Way way) {
  for (std::size_t i = 0; i < kSlice; ++i) {
    const std::uint32_t session = draw_session();
    const std::uint32_t size = sizes_[i % sizes_.size()];
    packets_[i] = way == Way::uplink ? write_uplink(buffers_[i], session, size)
                                     : write_downlink(buffers_[i], session, size);
  }
  return buffers_;
}

Packet Traffic::write_uplink(rte_mbuf* buffer, std::uint32_t session, std::uint32_t size) {
  const ByteSpan frame = begin_frame(buffer, kOuterSizeV4 + kDataOverhead + size);
  write_outer_from(rig_.client(session), rig_.underlay(), frame);
  std::uint8_t* const header = frame.data() + kOuterSizeV4;
  std::uint8_t* const data = header + sizeof(DataHeader);
  const std::uint64_t counter = counters_[session]++;
  store(header, DataHeader{WirePrefix::make(WireType::data, rig_.tag(session)), counter});
  write_inner(data, size, rig_.inner(session), kServer);
  AeadKey key;
  PathRig::expand(engine_, Way::uplink, session, key);
  AeadOp op{&key, counter, header, sizeof(DataHeader), size, data, data + size, false};
  engine_.seal({&op, 1});
  return {session, size, counter, data};
}

Packet Traffic::write_downlink(rte_mbuf* buffer, std::uint32_t session, std::uint32_t size) {
  std::uint8_t* const data = write_from_server(buffer, rig_.plaintext(), rig_.inner(session), size);
  return {session, size, counters_[session]++, data};
}

}  // namespace jvpn::bench
