// SPDX-License-Identifier: Apache-2.0
// What the agent keeps while it is neither idle nor live. Private to agent*.cc.
#pragma once

#include "client/agent.h"

namespace jvpn::client {

/// An offer that we took up: CONFIRM is repeated until DONE.
struct ClientAgent::Confirming {
  Offer offer;
  Session session;
  SealedMessage confirm;
  Instant due{0};
  unsigned sends = 0;
};

/// TERMINATE is repeated until answered, for a bounded time.
struct ClientAgent::Closing {
  SealedMessage terminate;
  Route route;
  Instant due{0};
  Instant until{0};
};

}  // namespace jvpn::client
