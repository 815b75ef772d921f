// SPDX-License-Identifier: Apache-2.0
#include "recording.h"

#include "base/ensure.h"
#include "dataplane/frame.h"

namespace jvpn::bench {
namespace {

constexpr std::size_t kLine = 64;

/// Copies around the caches as far as a hint can: what is measured shall find its own lines there.
void copy_around_caches(const std::uint8_t* from, std::uint8_t* to, std::size_t size) {
  for (std::size_t at = 0; at < size; at += kLine) {
    __builtin_prefetch(from + at + 8 * kLine, 0, 0);
    std::memcpy(to + at, from + at, std::min(kLine, size - at));
  }
}

}  // namespace

Recording::Recording(Traffic& traffic, Way way, std::size_t slices) {
  slices_.reserve(slices);
  while (slices_.size() < slices) {
    buffers_ = traffic.fill(way);
    slices_.push_back(record(buffers_, traffic.packets()));
  }
}

Recording::Slice Recording::record(std::span<rte_mbuf*> frames, std::span<const Packet> packets) {
  Slice slice{{packets.begin(), packets.end()}, {}, {}};
  for (const rte_mbuf* frame : frames) {
    const ByteView bytes = frame_bytes(frame);
    slice.sizes.push_back(static_cast<std::uint16_t>(bytes.size()));
    slice.bytes.insert(slice.bytes.end(), bytes.begin(), bytes.end());
  }
  return slice;
}

std::span<rte_mbuf*> Recording::load(std::size_t slice) {
  const Slice& from = slices_[slice];
  const std::uint8_t* at = from.bytes.data();
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    rte_pktmbuf_reset(buffers_[i]);
    char* const to = rte_pktmbuf_append(buffers_[i], from.sizes[i]);
    ensure(to != nullptr, "the frame was in this buffer before");
    copy_around_caches(at, reinterpret_cast<std::uint8_t*>(to), from.sizes[i]);
    at += from.sizes[i];
  }
  return buffers_;
}

}  // namespace jvpn::bench
