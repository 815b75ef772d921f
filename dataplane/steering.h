// SPDX-License-Identifier: Apache-2.0
// How a port's frames get to the worker that owns their session, chosen when the port has started
// by asking it, best first:
//
//   flow   the port itself reads the owner in the receiver tag (flow_rules.h)
//   rss    the port spreads by addresses; what comes to the wrong worker goes to its owner by ring
//
// What was promised is judged by what comes: frames that had to be handed over, counted per port.
#pragma once

#include <string>

#include "dataplane/flow_rules.h"
#include "dataplane/options.h"
#include "dataplane/rss.h"

namespace jvpn {

enum class SteeringTier : std::uint8_t {
  single,  ///< one worker: every frame is its own
  flow,
  rss,
};
const char* to_string(SteeringTier tier);

struct PortSteering {
  SteeringTier tier = SteeringTier::single;
  std::string why;  ///< what the port said, for operators
};

struct SteeringRequest {
  Steering wish = Steering::automatic;
  std::uint8_t node = 1;
  std::uint8_t workers = 1;
  RssInUse rss;
};

/// Errors: the wish cannot be met by this port, in the driver's words.
Result<PortSteering> choose_steering(const SteeringRequest& request, const Link& link,
                                     FlowDevice& device);

}  // namespace jvpn
