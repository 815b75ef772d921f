// SPDX-License-Identifier: Apache-2.0
// One DPDK port: attached after EAL has started and found again by its name, because EAL forgives a
// device that failed; one receive and one transmit queue per worker.
#pragma once

#include <rte_mempool.h>

#include <utility>

#include "dataplane/device.h"
#include "dataplane/net_headers.h"

namespace jvpn {

class Port {
 public:
  static constexpr std::uint16_t kRing =
      1024;  ///< descriptors per queue, as far as the device goes

  /// Attaches, configures and starts. Errors quote the device and say what to do.
  static Result<Port> open(const DeviceText& device, std::uint16_t queues, rte_mempool* buffers);
  Port(Port&& other) noexcept : id_(std::exchange(other.id_, kNone)), mac_(other.mac_) {}
  Port& operator=(Port&&) = delete;
  ~Port();  ///< stops, closes and detaches

  std::uint16_t id() const { return id_; }
  const EtherAddress& mac() const { return mac_; }

 private:
  static constexpr std::uint16_t kNone = 0xffff;
  explicit Port(std::uint16_t id) : id_(id) {}
  Result<void> start(const DeviceText& device, std::uint16_t queues, rte_mempool* buffers);

  std::uint16_t id_ = kNone;
  EtherAddress mac_{};
};

}  // namespace jvpn
