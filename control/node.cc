// SPDX-License-Identifier: Apache-2.0
#include "control/node.h"

namespace jvpn {

std::uint64_t ask_to_commit(const Step& step, CommitRequest request) {
  request.ticket = ++step.node.last_ticket;
  step.node.commits.emplace(request.ticket, Commit{request.kind, request.session, request.peer});
  step.out.push_back(request);
  return request.ticket;
}

void publish(const Step& step, const Session& session) {
  step.out.push_back(PublishView{session.tag, view_of(session, step.node.config)});
}

}  // namespace jvpn
