// SPDX-License-Identifier: Apache-2.0
// One DPDK port: attached after EAL has started and found again by its name, because EAL forgives a
// device that failed; one receive and one transmit queue per worker.
#pragma once

#include <rte_mempool.h>

#include <utility>
#include <vector>

#include "dataplane/device.h"
#include "dataplane/net_headers.h"
#include "dataplane/numa.h"
#include "dataplane/rss.h"

namespace jvpn {

/// What is asked of a device; a device that cannot give the last gets none of it.
struct PortWish {
  std::vector<rte_mempool*> buffers;  ///< that each queue receives into: as many queues
  bool interrupts = false;            ///< rx interrupts, for workers that sleep

  std::uint16_t queues() const { return static_cast<std::uint16_t>(buffers.size()); }
};

class Port {
 public:
  static constexpr std::uint16_t kRing =
      1024;  ///< descriptors per queue, as far as the device goes

  /// Attaches, configures and starts. Errors quote the device and say what to do.
  static Result<Port> open(const DeviceText& device, const PortWish& wish);
  Port(Port&& other) noexcept
      : id_(std::exchange(other.id_, kNone)), mac_(other.mac_), rss_(std::move(other.rss_)) {}
  Port& operator=(Port&&) = delete;
  ~Port();  ///< stops, closes and detaches

  std::uint16_t id() const { return id_; }
  const EtherAddress& mac() const { return mac_; }
  /// NUMA socket of the device, or kAnySocket.
  int socket() const;
  /// How it spreads frames over its queues, as it says itself now that it runs.
  const RssInUse& rss() const { return rss_; }

 private:
  static constexpr std::uint16_t kNone = 0xffff;
  explicit Port(std::uint16_t id) : id_(id) {}
  Result<void> start(const DeviceText& device, const PortWish& wish);
  /// `hashed`: which frames are spread over the queues, as RTE_ETH_RSS_* flags; 0: none.
  Result<void> bring_up(const DeviceText& device, const PortWish& wish, std::uint64_t hashed,
                        bool with_interrupts);
  Result<void> set_up_queues(const DeviceText& device, const PortWish& wish);

  std::uint16_t id_ = kNone;
  EtherAddress mac_{};
  RssInUse rss_;
};

}  // namespace jvpn
