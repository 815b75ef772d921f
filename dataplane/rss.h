// SPDX-License-Identifier: Apache-2.0
// Receive side scaling: what a port is asked to hash, what it says that it does, and whether every
// worker's queue gets a share of the outcome.
#pragma once

#include <cstdint>
#include <string>

namespace jvpn {

/// Hash functions (RTE_ETH_RSS_...) that are worth asking a port for.
std::uint64_t wanted_rss();
/// "ipv4 ipv4-udp": the ones among them that concern us.
std::string rss_names(std::uint64_t functions);

/// A started port.
struct RssInUse {
  std::uint64_t functions = 0;  ///< as the port says; 0: it says nothing
  std::string complaint;        ///< a queue that its table leaves out; empty: none, or no table
};
RssInUse read_rss(std::uint16_t port, std::uint16_t queues);

}  // namespace jvpn
