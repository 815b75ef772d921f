// SPDX-License-Identifier: Apache-2.0
#include "client/os/udp_sender.h"

#include <netinet/udp.h>
#include <poll.h>

#include <cerrno>
#include <cstring>

#include "base/ensure.h"
#include "client/offload/datagram_train.h"
#include "client/os/socket_address.h"
#include "client/packet.h"

namespace jvpn::client {
namespace {

constexpr int kRoomWaitMs = 2;

/// Messages for one sendmmsg, each a datagram or a train.
class Messages {
 public:
  Messages(std::span<const ByteView> payloads, SocketAddress& to, bool as_trains) {
    for (std::size_t i = 0; i < payloads.size();) {
      const std::size_t cars = as_trains ? train_of(payloads.subspan(i)) : 1;
      add(payloads.subspan(i, cars), &parts_[i], to);
      i += cars;
    }
  }
  mmsghdr* data() { return headers_.data(); }
  unsigned count() const { return static_cast<unsigned>(count_); }
  std::size_t first_train() const { return headers_[0].msg_hdr.msg_iovlen; }
  std::size_t datagrams(std::size_t messages) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < messages; ++i) sum += headers_[i].msg_hdr.msg_iovlen;
    return sum;
  }

 private:
  struct alignas(cmsghdr) Control {
    Bytes<CMSG_SPACE(sizeof(std::uint16_t))> bytes;
  };

  void add(std::span<const ByteView> train, iovec* parts, SocketAddress& to) {
    for (std::size_t i = 0; i < train.size(); ++i) {
      parts[i] = {const_cast<std::uint8_t*>(train[i].data()), train[i].size()};
    }
    headers_[count_] = {};
    msghdr& header = headers_[count_].msg_hdr;
    header.msg_name = &to.storage;
    header.msg_namelen = to.size;
    header.msg_iov = parts;
    header.msg_iovlen = train.size();
    if (train.size() > 1) say_size(header, static_cast<std::uint16_t>(train[0].size()));
    ++count_;
  }
  void say_size(msghdr& header, std::uint16_t size) {
    Control& control = controls_[count_];
    control = {};
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    cmsghdr* message = CMSG_FIRSTHDR(&header);
    message->cmsg_level = SOL_UDP;
    message->cmsg_type = UDP_SEGMENT;
    message->cmsg_len = CMSG_LEN(sizeof size);
    std::memcpy(CMSG_DATA(message), &size, sizeof size);
  }

  std::array<iovec, kPacketBurst> parts_;
  std::array<mmsghdr, kPacketBurst> headers_;
  std::array<Control, kPacketBurst> controls_;
  std::size_t count_ = 0;
};

/// EIO: a device without checksum offload, before Linux 6.11. The others: no such option here.
bool is_refusal_of_trains(int error) {
  return error == EIO || error == EINVAL || error == ENOPROTOOPT || error == EOPNOTSUPP;
}

/// A full send buffer empties within microseconds; waiting briefly beats losing the burst.
bool wait_for_room(int fd) {
  pollfd wanted{fd, POLLOUT, 0};
  return poll(&wanted, 1, kRoomWaitMs) == 1 && (wanted.revents & POLLOUT) != 0;
}

/// May what failed be tried once more as it was? ECONNREFUSED is the echo of an earlier datagram;
/// this one was not tried yet.
bool is_worth_repeating(int fd, int error) {
  if (error == EAGAIN || error == ENOBUFS) return wait_for_room(fd);
  return error == EINTR || error == ECONNREFUSED;
}

}  // namespace

UdpSender::UdpSender(int fd, Notice notice, const UdpCalls& calls)
    : fd_(fd), notice_(std::move(notice)), calls_(calls) {
  const int each_call_says = 0;
  uses_trains_ =
      calls_.set_option(fd, SOL_UDP, UDP_SEGMENT, &each_call_says, sizeof each_call_says) == 0;
  if (!uses_trains_) give_up_trains(errno);
}

void UdpSender::give_up_trains(int error) {
  uses_trains_ = false;
  if (!notice_) return;
  notice_(std::string("UDP segmentation offload is refused (") + std::strerror(error) +
          "): datagrams are sent one by one");
}

std::size_t UdpSender::send(std::span<const ByteView> payloads, const Endpoint& to) {
  ensure(payloads.size() <= kPacketBurst, "the caller sends no more than a burst");
  SocketAddress destination = to_socket_address(to);
  std::size_t sent = 0;
  std::size_t singly_until = 0;  // of a train that was refused: was it for being one?
  int refusal = 0;
  while (sent < payloads.size()) {
    const bool as_trains = uses_trains_ && sent >= singly_until;
    const std::size_t until = uses_trains_ && !as_trains ? singly_until : payloads.size();
    Messages messages(payloads.subspan(sent, until - sent), destination, as_trains);
    const int count = calls_.send(fd_, messages.data(), messages.count(), 0);
    if (count > 0) {
      sent += messages.datagrams(static_cast<std::size_t>(count));
      if (is_refusal_of_trains(refusal)) give_up_trains(refusal);
      refusal = 0;
    } else if (as_trains && messages.first_train() > 1 &&
               (errno == EMSGSIZE || is_refusal_of_trains(errno))) {
      refusal = errno;  // EMSGSIZE: longer than this path's MTU now, so fragments, one by one
      singly_until = sent + messages.first_train();
    } else if (!is_worth_repeating(fd_, errno)) {
      break;
    }
  }
  return sent;
}

}  // namespace jvpn::client
