// SPDX-License-Identifier: Apache-2.0
#include "client/os/tun_device.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

#include "base/ensure.h"

namespace jvpn::client {
namespace {

constexpr const char* kDevice = "/dev/net/tun";
constexpr unsigned kUso4 = 0x20;  // TUN_F_USO4 and TUN_F_USO6, newer than Debian 12's headers
constexpr unsigned kUso6 = 0x40;
constexpr unsigned kTso = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;

Result<FileHandle> open_device() {
  FileHandle file(open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (file.is_open()) return file;
  if (errno == ENOENT || errno == ENODEV || errno == ENXIO) {
    return fail(std::string(kDevice) + " is missing: load the kernel's tun module (modprobe tun)");
  }
  return fail(std::string(kDevice) + ": " + std::strerror(errno) + "; run as root");
}

Error refusal(const std::string& name, int error) {
  const std::string what = "tunnel interface " + name + ": ";
  if (error == EPERM) return {what + "not permitted: needs CAP_NET_ADMIN, run as root"};
  if (error == EBUSY) return {what + "is in use already: is another client running?"};
  if (error == EINVAL) return {what + "not a tunnel interface, or no name for one"};
  return {what + std::strerror(error)};
}

/// The most that the kernel takes on.
TunDevice::Offload negotiate(int fd, TunIoctl ioctl) {
  using Offload = TunDevice::Offload;
  for (const auto& [flags, offload] :
       {std::pair{kTso | kUso4 | kUso6, Offload::udp}, std::pair{kTso, Offload::tcp},
        std::pair{unsigned{TUN_F_CSUM}, Offload::checksum}}) {
    const auto value = static_cast<std::uintptr_t>(flags);
    if (ioctl(fd, TUNSETOFFLOAD, reinterpret_cast<void*>(value)) == 0) return offload;
  }
  return Offload::header;
}

}  // namespace

int call_ioctl(int fd, unsigned long request, void* argument) {
  return ::ioctl(fd, request, argument);
}

std::string to_string(TunDevice::Offload offload) {
  switch (offload) {
    case TunDevice::Offload::none:
      return "none, the kernel has none for tunnel interfaces";
    case TunDevice::Offload::header:
      return "TCP towards the kernel; the kernel refuses all others";
    case TunDevice::Offload::checksum:
      return "checksums, TCP towards the kernel; the kernel refuses segmentation";
    case TunDevice::Offload::tcp:
      return "checksums, TCP both ways; the kernel has none for UDP";
    case TunDevice::Offload::udp:
      break;
  }
  return "checksums, TCP both ways, UDP from the kernel";
}

Result<TunDevice> TunDevice::create(const std::string& name, TunIoctl ioctl) {
  if (name.empty() || name.size() >= IFNAMSIZ) {
    return fail("tunnel interface " + name + ": a name has 1 to 15 characters");
  }
  Result<FileHandle> file = open_device();
  if (!file) return tl::unexpected(file.error());
  ifreq request{};
  std::memcpy(request.ifr_name, name.data(), name.size());
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  if (ioctl(file->get(), TUNSETIFF, &request) == 0) {
    const Offload offload = negotiate(file->get(), ioctl);
    return TunDevice(std::move(*file), offload);
  }
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (errno == EINVAL && ioctl(file->get(), TUNSETIFF, &request) == 0) {
    return TunDevice(std::move(*file), Offload::none);
  }
  return tl::unexpected(refusal(name, errno));
}

std::optional<TunDevice::Frame> TunDevice::read(ByteSpan room) {
  Frame frame;
  const bool has_header = offload_ != Offload::none;
  const std::array<iovec, 2> parts{
      {{&frame.header, sizeof frame.header}, {room.data(), room.size()}}};
  const auto wanted = std::span(parts).subspan(has_header ? 0 : 1);
  const ssize_t size = readv(fd(), wanted.data(), static_cast<int>(wanted.size()));
  if (size < 0 && errno == EBADFD) return std::nullopt;
  const ssize_t packet = size - static_cast<ssize_t>(has_header ? sizeof frame.header : 0);
  if (packet > 0) frame.packet = room.first(static_cast<std::size_t>(packet));
  return frame;
}

bool TunDevice::write(const TunnelWrite& packet) {
  const bool has_header = offload_ != Offload::none;
  ensure(has_header || packet.header.kind == VirtioHeader::kWhole, "the caller asks what it takes");
  std::array<iovec, kPacketBurst + 2> parts;
  std::size_t count = 0;
  std::size_t size = 0;
  const auto add = [&](const void* bytes, std::size_t length) {
    parts[count++] = {const_cast<void*>(bytes), length};
    size += length;
  };
  if (has_header) add(&packet.header, sizeof packet.header);
  for (const ByteView& part : packet.parts) add(part.data(), part.size());
  return writev(fd(), parts.data(), static_cast<int>(count)) == static_cast<ssize_t>(size);
}

}  // namespace jvpn::client
