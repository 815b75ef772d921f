// SPDX-License-Identifier: Apache-2.0
#include "control/node.h"

namespace jvpn {

std::optional<Tag> reserve_slot(const Step& step, const SessionId& id) {
  const std::size_t worker = std::hash<SessionId>{}(id) % step.node.config.workers;
  const auto tag = step.node.slots.reserve(static_cast<std::uint8_t>(worker));
  if (!tag) step.count("no_free_slot");
  return tag;
}

void publish(const Step& step, const Session& session) {
  if (session.tag == Tag{} || session.is_closing()) return;
  step.out.push_back(PublishView{session.tag, view_of(step, session), step.policy(session).meters});
}

}  // namespace jvpn
