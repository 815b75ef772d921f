// SPDX-License-Identifier: Apache-2.0
#include "apps/client/packet_path.h"

namespace jvpn::client {

struct PacketPath::Memory {
  using Slot = Bytes<OutgoingPacket::kHeadroom + kMaxTunnelMtu + kAeadTagSize>;
  static ByteSpan room_in(Slot& slot) {
    return ByteSpan(slot).subspan(OutgoingPacket::kHeadroom, kMaxTunnelMtu);
  }

  Bytes<kMaxSuperPacket> frame;
  std::array<Slot, kPacketBurst> slots;
  std::array<OutgoingPacket, kPacketBurst> burst;
  std::array<ByteView, kPacketBurst> payloads;
  ReceiveBuffers incoming;
  std::array<ReceivedDatagram, kPacketBurst> datagrams;
  Delivery delivery;
};

PacketPath::PacketPath(Tun& tun, ClientAgent& agent, AccessSockets& sockets)
    : tun_(tun), agent_(agent), sockets_(sockets), memory_(std::make_unique<Memory>()) {}

PacketPath::~PacketPath() = default;

bool PacketPath::read_frame() {
  const auto frame = tun_.device().read(memory_->frame);
  is_removed_ = !frame;
  if (!frame || frame->packet.empty()) return false;
  segmenter_.begin(frame->header, frame->packet, tun_.mtu());
  return true;
}

std::size_t PacketPath::cut(bool may_read) {
  for (std::size_t count = 0; count < kPacketBurst; ++count) {
    if (segmenter_.is_done() && (!may_read || !read_frame())) return count;
    Memory::Slot& slot = memory_->slots[count];
    const std::size_t size = segmenter_.next(Memory::room_in(slot));
    memory_->burst[count] = {slot.data(), static_cast<std::uint32_t>(size), 0};
  }
  return kPacketBurst;
}

bool PacketPath::send_waiting() {
  send(std::span(memory_->burst).first(cut(true)));
  while (!segmenter_.is_done()) send(std::span(memory_->burst).first(cut(false)));
  return !is_removed_;
}

void PacketPath::send(std::span<OutgoingPacket> burst) {
  moved_.sent += burst.size();
  const std::optional<Route> route = agent_.seal(burst);
  UdpSocket* socket = route ? sockets_.find(*route) : nullptr;
  if (socket == nullptr) return;
  std::size_t sealed = 0;
  for (const OutgoingPacket& packet : burst) {
    if (packet.wire_size != 0) memory_->payloads[sealed++] = {packet.begin, packet.wire_size};
  }
  socket->send(std::span(memory_->payloads).first(sealed), route->gateway);
}

void PacketPath::receive(const UdpSocket& socket, PathId path, Instant now, Actions& actions) {
  if (!socket.receive(memory_->incoming, path)) return;
  const std::span<ReceivedDatagram> room(memory_->datagrams);
  while (const std::size_t count = memory_->incoming.take(room)) {
    moved_.received += count;
    agent_.receive(room.first(count), now, memory_->delivery, actions);
    deliver(std::span(memory_->delivery.packets).first(memory_->delivery.count));
  }
}

void PacketPath::deliver(std::span<const ByteView> packets) {
  TunDevice& device = tun_.device();
  if (device.takes_super_packets()) {
    for (const TunnelWrite& write : coalescer_.coalesce(packets)) device.write(write);
    return;
  }
  for (const ByteView& packet : packets) device.write({{}, std::span(&packet, 1)});
}

}  // namespace jvpn::client
