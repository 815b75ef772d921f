// SPDX-License-Identifier: Apache-2.0
#include "dataplane/steering.h"

namespace jvpn {
namespace {

PortSteering by_hash(const SteeringRequest& request, const std::string& before) {
  const RssInUse& rss = request.rss;
  std::string how = rss.functions == 0 ? "spreads by a rule of its own, offers no RSS"
                                       : "RSS by " + rss_names(rss.functions);
  if (!rss.complaint.empty()) how += ", but " + rss.complaint;
  return {SteeringTier::rss, before + how};
}

}  // namespace

const char* to_string(SteeringTier tier) {
  switch (tier) {
    case SteeringTier::single:
      return "single";
    case SteeringTier::flow:
      return "flow";
    case SteeringTier::rss:
      return "rss";
  }
  return "";
}

Result<PortSteering> choose_steering(const SteeringRequest& request, const Link& link,
                                     FlowDevice& device) {
  if (request.workers == 1) return PortSteering{SteeringTier::single, "one worker"};
  if (link.plaintext) return by_hash(request, "");
  if (request.wish == Steering::rss) return by_hash(request, "as configured; ");
  const auto rules = add_owner_rules(device, link, request.node, request.workers);
  if (rules) {
    return PortSteering{
        SteeringTier::flow,
        std::to_string(*rules) + " rules on the receiver tag; else " + by_hash(request, "").why};
  }
  if (request.wish == Steering::flow) return fail(rules.error().what);
  return by_hash(request, "no flow rules on the receiver tag: " + rules.error().what + "; ");
}

}  // namespace jvpn
