// SPDX-License-Identifier: Apache-2.0
#include "floor.h"

#include <algorithm>
#include <ranges>

#include "session/core/wire.h"

namespace jvpn::bench {
namespace {

constexpr std::uint32_t kKeyLines = sizeof(AeadKey) / 64;
constexpr std::uint32_t kRoundKeyLines = 4;  // 15 round keys of 16 bytes, at the beginning

/// Of the hash key's powers, which lie in the last twelve lines, four to a line, highest first: as
/// many as there are blocks, three more for header and lengths.
std::uint32_t hash_lines(std::uint32_t size) {
  const std::uint32_t blocks = (size + 15) / 16;
  return std::min((blocks + 3 + 3) / 4, kKeyLines - kRoundKeyLines);
}

void prefetch_lines(const void* from, std::uint32_t first, std::uint32_t end) {
  const auto* at = static_cast<const std::uint8_t*>(from);
  for (std::uint32_t line = first; line < end; ++line) __builtin_prefetch(at + 64 * line);
}

}  // namespace

Floor::Floor()
    : manager_(std::move(start_mb_manager(ArchTier::automatic)->manager)),
      checker_(std::move(*AeadEngine::create())) {}

void Floor::prepare(PathRig& rig, std::span<const Packet> packets, Way way) {
  way_ = way;
  packets_.assign(packets.begin(), packets.end());
  calls_.assign(packets.size(), Call{});
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Packet& packet = packets[i];
    Call& call = calls_[i];
    const TableRecord& record = rig.record(packet.session);
    // Its address only: looked at here, the key would be in the cache.
    const AeadKey& key = way == Way::uplink ? record.uplink_key : record.downlink_key;
    call.key = reinterpret_cast<const gcm_key_data*>(&key);
    call.data = packet.data;
    call.size = packet.size;
    call.hash_lines = hash_lines(packet.size);
    call.nonce = PathRig::nonce(way, packet.session, packet.counter);
    call.tag = way == Way::uplink ? call.opened_tag.data() : packet.data + packet.size;
  }
}

template <class Cipher>
void Floor::run(Cipher cipher, std::size_t ahead) {
  const std::size_t count = calls_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (ahead != 0 && i + ahead < count) {
      const Call& next = calls_[i + ahead];
      prefetch_lines(next.key, 0, kRoundKeyLines);
      prefetch_lines(next.key, kKeyLines - next.hash_lines, kKeyLines);
    }
    Call& call = calls_[i];
    cipher(call.key, &context_, call.data, call.data, call.size, call.nonce.data(),
           call.data - sizeof(DataHeader), sizeof(DataHeader), call.tag, kAeadTagSize);
  }
}

void Floor::run(std::size_t ahead) {
  run(way_ == Way::uplink ? manager_->gcm256_dec : manager_->gcm256_enc, ahead);
}

bool Floor::worked() {
  return std::ranges::all_of(std::views::iota(std::size_t{0}, calls_.size()), [&](std::size_t i) {
    const Packet& packet = packets_[i];
    std::uint8_t* const tag = packet.data + packet.size;
    if (way_ == Way::uplink) return std::memcmp(calls_[i].tag, tag, kAeadTagSize) == 0;
    AeadKey key;
    PathRig::expand(checker_, Way::downlink, packet.session, key);
    const std::uint8_t* const header = packet.data - sizeof(DataHeader);
    AeadOp op{&key,        packet.counter, header, sizeof(DataHeader),
              packet.size, packet.data,    tag,    false};
    checker_.open({&op, 1});
    return op.ok;
  });
}

}  // namespace jvpn::bench
