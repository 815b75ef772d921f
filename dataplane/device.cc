// SPDX-License-Identifier: Apache-2.0
#include "dataplane/device.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <sstream>

namespace jvpn {
namespace {

constexpr std::size_t kStandardFrame = 1514 + 4;
constexpr std::size_t kRingHeader =
    128;  ///< af_packet: what the kernel puts before a frame, at most
constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kPage = 4096;
/// A worker that waits for its core loses nothing for some milliseconds; more frames would cost
/// more in cache misses than they save, for one number holds for both directions.
constexpr std::size_t kRingFrames = 2048;

/// The ring that an af_packet queue has in either direction: frames in blocks of whole pages.
struct Ring {
  std::size_t frame;
  std::size_t block;
};

/// A frame of an odd number of cache lines: the heads of frames that lie a power of two apart share
/// few sets of the cache, and each look at one would miss. 64 of them fill whole pages without a
/// gap, as the driver wants it.
Ring ring_for(std::size_t frame_size) {
  const std::size_t lines = (frame_size + kRingHeader + kCacheLine - 1) / kCacheLine;
  const std::size_t frame = (lines | 1) * kCacheLine;
  return {.frame = frame, .block = frame * (kPage / kCacheLine)};
}

/// Where the operator chose a part of the ring: a frame that fits into blocks and counts of any
/// kind.
Ring ring_beside_choices(std::size_t frame_size) {
  const std::size_t frame = std::bit_ceil(std::max(kPage / 2, frame_size + kRingHeader));
  return {.frame = frame, .block = std::max(kPage, frame)};
}

/// `form`: each h stands for a hex digit, all else for itself.
bool has_form(std::string_view text, std::string_view form) {
  const auto fits = [](char wanted, char found) {
    return wanted == 'h' ? std::isxdigit(static_cast<unsigned char>(found)) != 0 : wanted == found;
  };
  return std::ranges::equal(form, text, fits);
}

bool is_pci(std::string_view name) {
  return (has_form(name, "hhhh:hh:hh.h") || has_form(name, "hh:hh.h")) && name.back() < '8';
}

/// A driver's name and a number.
bool is_virtual(std::string_view name) {
  const std::size_t letters = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
  if (letters == name.npos || name.find_first_not_of("0123456789", letters) != name.npos) {
    return false;
  }
  return name.starts_with("net_") || name.starts_with("virtio_user");
}

}  // namespace

std::string DeviceText::driver() const {
  return name.substr(0, name.find_last_not_of("0123456789") + 1);
}

std::string DeviceText::interface() const {
  const auto found = arguments.find("iface");
  return found == arguments.end() ? "" : found->second;
}

std::string DeviceText::to_string() const {
  std::string out = name;
  for (const auto& [key, value] : arguments) out += "," + key + "=" + value;
  return out;
}

Result<DeviceText> parse_device(const std::string& text) {
  std::istringstream parts(text);
  DeviceText out;
  std::getline(parts, out.name, ',');
  out.pci = is_pci(out.name);
  if (!out.pci && !is_virtual(out.name)) {
    return fail("device \"" + text + "\": expected a virtual device such as " +
                "\"net_af_packet0,iface=eth1\" (name with a number) or a PCI address such as " +
                "\"0000:03:00.0\"");
  }
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t equals = part.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail("device \"" + text + "\": \"" + part + "\" is not key=value");
    }
    out.arguments[part.substr(0, equals)] = part.substr(equals + 1);
  }
  if ((out.is_af_packet() || out.is_tap()) && out.interface().empty()) {
    return fail("device \"" + text + "\": iface=NAME is missing");
  }
  return out;
}

std::size_t frame_size_for(std::uint16_t tunnel_mtu) {
  constexpr std::size_t kAround = 14 + 4 + 40 + 8 + 16 + 16;  // outer headers, data header, tag
  return std::max(kStandardFrame, tunnel_mtu + kAround);
}

void complete_device(DeviceText& device, unsigned queues, std::size_t frame_size) {
  if (!device.is_af_packet()) return;
  auto& arguments = device.arguments;
  arguments.try_emplace("qpairs", std::to_string(queues));
  const bool chosen = arguments.contains("framesz") || arguments.contains("framecnt") ||
                      arguments.contains("blocksz");
  const Ring ring = chosen ? ring_beside_choices(frame_size) : ring_for(frame_size);
  if (!arguments.contains("framesz")) arguments.try_emplace("blocksz", std::to_string(ring.block));
  arguments.try_emplace("framesz", std::to_string(ring.frame));
  arguments.try_emplace("framecnt", std::to_string(kRingFrames));
  arguments.try_emplace("qdisc_bypass", "1");
}

std::size_t buffer_size_for(const DeviceText& device, std::size_t frame_size) {
  const auto ring = device.arguments.find("framesz");
  const std::size_t needed = ring_beside_choices(frame_size).frame;
  if (ring == device.arguments.end()) return needed;
  return std::max<std::size_t>(needed, std::strtoul(ring->second.c_str(), nullptr, 10));
}

}  // namespace jvpn
