// SPDX-License-Identifier: Apache-2.0
#include "client/os/receive_buffers.h"

#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>

#include "client/os/socket_address.h"

namespace jvpn::client {
namespace {

/// The largest message there is, and so many lines more that the beginnings of neighbours, all that
/// most messages use, do not compete for the same lines of the cache.
constexpr std::size_t kSlotSize = (1024 + 25) * 64;
static_assert(kSlotSize > 65535);

struct alignas(cmsghdr) Control {
  Bytes<CMSG_SPACE(sizeof(int))> bytes;
};

/// The size of each datagram in a message: what the kernel says, else there is but one.
std::size_t datagram_size(msghdr& header, std::size_t size) {
  for (cmsghdr* said = CMSG_FIRSTHDR(&header); said != nullptr; said = CMSG_NXTHDR(&header, said)) {
    if (said->cmsg_level != SOL_UDP || said->cmsg_type != UDP_GRO) continue;
    int each = 0;
    std::memcpy(&each, CMSG_DATA(said), sizeof each);
    if (each > 0) return static_cast<std::size_t>(each);
  }
  return size;
}

}  // namespace

struct ReceiveBuffers::Memory {
  Memory() : slots(new std::uint8_t[kSlotSize * kPacketBurst]) {}
  ByteSpan slot(std::size_t i) { return {slots.get() + i * kSlotSize, kSlotSize}; }

  std::unique_ptr<std::uint8_t[]> slots;  ///< not set to zero: pages come with their first use
  std::array<iovec, kPacketBurst> parts;
  std::array<sockaddr_storage, kPacketBurst> sources;
  std::array<Control, kPacketBurst> controls;
  std::array<mmsghdr, kPacketBurst> headers;
};

ReceiveBuffers::ReceiveBuffers() : memory_(std::make_unique<Memory>()) {
  for (std::size_t i = 0; i < kPacketBurst; ++i) {
    memory_->parts[i] = {memory_->slot(i).data(), kSlotSize};
    msghdr& header = memory_->headers[i].msg_hdr;
    header = {};
    header.msg_name = &memory_->sources[i];
    header.msg_iov = &memory_->parts[i];
    header.msg_iovlen = 1;
    header.msg_control = memory_->controls[i].bytes.data();
  }
}
ReceiveBuffers::~ReceiveBuffers() = default;

bool ReceiveBuffers::fill(int fd, PathId path, const IpAddress& source) {
  path_ = path;
  source_ = source;
  count_ = next_ = 0;
  rest_ = {};
  for (mmsghdr& header : memory_->headers) {
    header.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    header.msg_hdr.msg_controllen = sizeof(Control);
  }
  const int count = recvmmsg(fd, memory_->headers.data(), kPacketBurst, MSG_DONTWAIT, nullptr);
  count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count_ != 0;
}

void ReceiveBuffers::open_message() {
  mmsghdr& header = memory_->headers[next_];
  rest_ = memory_->slot(next_).first(header.msg_len);
  size_ = datagram_size(header.msg_hdr, header.msg_len);
  from_ = to_endpoint(memory_->sources[next_]);
  ++next_;
}

std::size_t ReceiveBuffers::take(std::span<ReceivedDatagram> out) {
  std::size_t taken = 0;
  while (taken < out.size()) {
    if (rest_.empty() && next_ == count_) break;
    if (rest_.empty()) open_message();
    const std::size_t size = std::min(size_, rest_.size());
    out[taken++] = {Route{path_, source_, from_}, rest_.first(size)};
    rest_ = rest_.subspan(size);
  }
  return taken;
}

}  // namespace jvpn::client
