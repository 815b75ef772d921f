// SPDX-License-Identifier: Apache-2.0
// Draws what befalls a run, among the kinds of fault that its scenario allows. One draw at most in
// a call's arguments: compilers differ in the order in which they evaluate them.
#pragma once

#include "tests/sim/adversary/adversary.h"
#include "tests/sim/campaign/simulation.h"

namespace jvpn::sim {

class Misfortune {
 public:
  Misfortune(Simulation& sim, std::uint64_t seed);

  /// Strikes, or not, every now and then for `span`; stops at the first breach.
  void torment(Duration span);
  Adversary& adversary() { return adversary_; }
  /// Called with each fault as it strikes.
  void on_strike(std::function<void(FaultKind)> told) { told_ = std::move(told); }

 private:
  void strike(FaultKind kind);
  void strike_path(FaultKind kind, AccessId path);
  void strike_node(FaultKind kind);
  void strike_wire(FaultKind kind);
  FaultKind any_kind();
  Duration pause_before_next();
  Weather draw_weather();
  void set_weather(AccessId path);
  void storm(std::size_t device);
  void part(std::size_t device);
  void swallow_one_way(AccessId path);
  void split_off(std::size_t gateway);
  void copy_for_a_while();
  void give_mapping_away(AccessId from);
  void crash(std::size_t gateway);
  void pause();
  void stop_gateway(Duration span);
  void leap();
  void end_one();
  void vex_store();
  void drain_one();
  void drain(std::size_t gateway);
  void change_policy();
  std::size_t any_device() { return dice_.below(sim_.device_count()); }
  std::size_t any_gateway() { return dice_.below(sim_.gateway_count()); }
  AccessId any_path();

  Simulation& sim_;
  Dice dice_;
  Adversary adversary_;
  std::vector<FaultKind> allowed_;
  bool is_over_ = false;        ///< what was planned and has not come about does no more
  std::uint32_t policies_ = 0;  ///< that came into force
  std::function<void(FaultKind)> told_;
};

}  // namespace jvpn::sim
