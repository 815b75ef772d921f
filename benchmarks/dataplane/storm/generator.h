// SPDX-License-Identifier: Apache-2.0
// Writes what the worker receives in a slice: data of sessions that are not just jumping, and the
// clients' control messages evenly among it. Reads what the worker sent.
#pragma once

#include <random>

#include "benchmarks/dataplane/traffic.h"
#include "clients.h"
#include "dataplane/neighbour_frames.h"
#include "gateway_rig.h"

namespace jvpn::bench {

struct Load {
  Way way = Way::uplink;
  Sizes sizes;
  std::size_t packets = 0;  ///< data packets of a slice
  double gap_cycles = 0;    ///< on average between two of them, Poisson; 0: full rate
};

/// What became of a slice's data.
struct Forwarded {
  std::size_t packets = 0;
  std::vector<double> latencies;  ///< TSC cycles from due to sent; empty at full rate
};

class Generator {
 public:
  /// EAL runs. Memory that buffers take, in MB.
  static std::uint32_t memory_mb(const Load& load, std::uint32_t clients);
  Generator(GatewayRig& rig, Clients& clients, const Load& load);
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  ~Generator();

  /// From now on data goes that way, packets so far apart on average; 0: full rate.
  void set(Way way, double gap_cycles) {
    load_.way = way;
    load_.gap_cycles = gap_cycles;
  }
  /// Data packets of a slice.
  std::size_t packets() const { return load_.packets; }
  /// Data, and all that clients have to say.
  void fill();
  /// Only what clients have to say.
  void fill_control();
  /// Gives clients what is theirs, answers for the next hops, and takes every buffer back.
  Forwarded collect(Instant now);

 private:
  /// A frame and its time in the slice: TSC cycles, or at full rate only an order.
  struct Timed {
    double at = 0;
    rte_mbuf* frame = nullptr;
  };
  using Frames = std::vector<Timed>;

  double write_data(Frames& out);
  rte_mbuf* write_uplink(std::uint32_t size);
  rte_mbuf* write_downlink(std::uint32_t size);
  std::uint32_t draw_settled();
  void write_control(Frames& out, double span);
  void write_answers(GatewayRig::Side side, Frames& out);
  void feed(GatewayRig::Side side, Frames frames);
  void read(GatewayRig::Side side, Instant now, Forwarded& out);
  void read_control(GatewayRig::Side side, ByteSpan frame, Instant now);

  GatewayRig& rig_;
  Clients& clients_;
  Load load_;
  rte_mempool* data_buffers_;
  rte_mempool* control_buffers_;
  std::mt19937_64 random_{1};
  std::array<std::vector<NeighbourFrame>, 2> answers_;  ///< next hops', by side
  std::vector<double> due_;                             ///< of the slice's data, by number
};

}  // namespace jvpn::bench
