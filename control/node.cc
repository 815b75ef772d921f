// SPDX-License-Identifier: Apache-2.0
#include "control/node.h"

namespace jvpn {

void publish(const Step& step, const Session& session) {
  step.out.push_back(PublishView{session.tag, view_of(session, step.node.config)});
}

}  // namespace jvpn
