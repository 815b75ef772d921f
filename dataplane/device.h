// SPDX-License-Identifier: Apache-2.0
// The `device` key of a port: what it names, and what we add to it. Text only; nothing is opened.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"

namespace jvpn {

struct DeviceText {
  std::string name;  ///< "net_af_packet0" or "0000:03:00.0"
  std::map<std::string, std::string> arguments;
  bool pci = false;

  /// "net_af_packet" of "net_af_packet0".
  std::string driver() const;
  bool is_af_packet() const { return driver() == "net_af_packet"; }
  bool is_tap() const { return driver() == "net_tap"; }
  /// The kernel interface that it is bound to or makes; empty when none is named.
  std::string interface() const;
  /// As rte_dev_probe() takes it.
  std::string to_string() const;
};
Result<DeviceText> parse_device(const std::string& text);

/// Largest frame that a port of this plane has to carry.
std::size_t frame_size_for(std::uint16_t tunnel_mtu);

/// Fills in what the operator left open: af_packet's ring (each queue its own, frames large enough
/// that nothing is cut off silently).
void complete_device(DeviceText& device, unsigned queues, std::size_t frame_size);

/// Bytes of packet buffer, without headroom, that the device's frames need.
std::size_t buffer_size_for(const DeviceText& device, std::size_t frame_size);

}  // namespace jvpn
