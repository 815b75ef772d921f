// SPDX-License-Identifier: Apache-2.0
#include "dataplane/uplink.h"

#include "dataplane/classify.h"
#include "dataplane/heartbeat_answer.h"
#include "dataplane/hold.h"
#include "dataplane/neighbour_answer.h"
#include "dataplane/punt.h"
#include "dataplane/seal.h"
#include "dataplane/steer.h"

namespace jvpn {

void uplink(Turn& turn, const Link& link, Burst& burst) {
  classify_underlay(turn, link, burst);
  answer_neighbours(turn, link, burst);
  punt_handshakes(turn, link, burst);
  lookup_by_tag(turn, burst);
  punt_dead_tags(turn, link, burst);
  punt_ticketed(turn, link, burst);
  release_held(turn, burst);
  open_data(turn, link, burst);
  answer_heartbeats(turn, burst);
  deliver(turn, burst);
  seal(turn, burst);
  punt_controls(turn, link, burst);  // last: opening one takes as long as ten data
}

}  // namespace jvpn
