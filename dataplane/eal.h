// SPDX-License-Identifier: Apache-2.0
// DPDK's environment, derived from our configuration: operators never type its arguments. One per
// process and life: rte_eal_init cannot be called again.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataplane/options.h"

namespace jvpn {

struct EalRequest {
  unsigned control_core = 0;
  std::vector<unsigned> worker_cores;
  std::uint32_t memory_mb = 256;
  Hugepages hugepages = Hugepages::automatic;
  std::vector<std::string> pci_devices;  ///< empty: the PCI bus is not even looked at
  std::vector<std::string> extra_args;
};

class Eal {
 public:
  /// Errors: core not available, hugepages required and too few free, EAL refused (its own words
  /// are on stderr). EAL's runtime folder is removed at once, after an error too: even a killed
  /// process leaves nothing behind.
  static Result<Eal> start(const EalRequest& request);
  Eal(Eal&&) noexcept = default;
  Eal& operator=(Eal&&) noexcept = default;
  ~Eal() = default;

  /// "2 MB hugepages" or "4 KiB pages (no hugepages)".
  const std::string& memory_kind() const;
  /// DPDK's name for the core of a worker.
  static unsigned lcore_of(std::uint8_t worker) { return worker + 1u; }

 private:
  struct Running;
  struct End {
    void operator()(Running* running) const;
  };
  explicit Eal(Running* running) : running_(running) {}
  std::unique_ptr<Running, End> running_;
};

/// Free 2 MB pages of this machine.
std::uint64_t free_hugepages();

}  // namespace jvpn
