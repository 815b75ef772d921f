// SPDX-License-Identifier: Apache-2.0
#include "dataplane/downlink.h"

#include "dataplane/classify.h"
#include "dataplane/echo.h"
#include "dataplane/hold.h"
#include "dataplane/neighbour_answer.h"
#include "dataplane/seal.h"
#include "dataplane/steer.h"
#include "dataplane/too_big.h"

namespace jvpn {

void downlink(Turn& turn, const Link& link, Burst& burst) {
  classify_plaintext(turn, link, burst);
  answer_neighbours(turn, link, burst);
  answer_echoes(link, burst);
  lookup_by_destination(turn, burst);
  answer_too_big(turn, link, burst);
  release_held(turn, burst);
  hold_downlink(turn, burst);
  seal(turn, burst);
}

}  // namespace jvpn
