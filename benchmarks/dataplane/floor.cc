// SPDX-License-Identifier: Apache-2.0
#include "floor.h"

#include "crypto/key_prefetch.h"
#include "session/core/wire.h"

namespace jvpn::bench {

namespace {

/// As a worker has it: floors of two cores must not slow each other down.
MbLibrary::Shared its_library() {
  return MbLibrary::copy().value_or(MbLibrary::linked());
}

}  // namespace

Floor::Floor()
    : manager_(std::move(start_mb_manager(ArchTier::automatic, its_library())->manager)),
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
    call.power_lines = power_lines(packet.size);
    call.nonce = PathRig::nonce(way, packet.session, packet.counter);
    call.tag = way == Way::uplink ? call.opened_tag.data() : packet.data + packet.size;
  }
}

template <class Cipher>
void Floor::run(Cipher cipher, std::size_t ahead) {
  const std::size_t count = calls_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (ahead != 0 && i + ahead < count) {
      prefetch_key_lines(calls_[i + ahead].key, calls_[i + ahead].power_lines);
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
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const Packet& packet = packets_[i];
    std::uint8_t* const tag = packet.data + packet.size;
    if (way_ == Way::uplink) {
      if (std::memcmp(calls_[i].tag, tag, kAeadTagSize) != 0) return false;
      continue;
    }
    AeadKey key;
    PathRig::expand(checker_, Way::downlink, packet.session, key);
    const std::uint8_t* const header = packet.data - sizeof(DataHeader);
    AeadOp op{&key,        packet.counter, header, sizeof(DataHeader),
              packet.size, packet.data,    tag,    false};
    checker_.open({&op, 1});
    if (!op.ok) return false;
  }
  return true;
}

}  // namespace jvpn::bench
