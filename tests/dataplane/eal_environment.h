// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sched.h>

#include <optional>
#include <stdexcept>

#include "dataplane/eal.h"

namespace jvpn::test {

/// EAL for the whole test program, without hugepages, privileges and buses.
class EalEnvironment final : public testing::Environment {
 public:
  void SetUp() override {
    cpu_set_t cores;
    sched_getaffinity(0, sizeof cores, &cores);
    EalRequest request;
    while (!CPU_ISSET(request.control_core, &cores)) ++request.control_core;
    request.memory_mb = 384;  // two tables of prefixes of each family, while one replaces the other
    request.hugepages = Hugepages::off;
    auto started = Eal::start(request);
    if (!started) throw std::runtime_error(started.error().what);
    eal_.emplace(std::move(*started));
  }
  void TearDown() override { eal_.reset(); }

 private:
  std::optional<Eal> eal_;
};

}  // namespace jvpn::test
