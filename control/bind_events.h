// SPDX-License-Identifier: Apache-2.0
// What the audit says of a bind, around the transitions that it runs through.
#pragma once

#include "control/events.h"

namespace jvpn {

/// What must be noted down before the binding moves.
struct BindStory {
  Endpoint before;
  double loss_ratio = 0;
  Duration latency{};
};
/// Writes ReattachAttempt.
BindStory begin_story(const Step& step, const Session& session, const PendingBind& bind);
/// Writes TransportSwitch, or TransportAttached where the transport is no new one, and the result.
void finish_story(const Step& step, const Session& session, const PendingBind& bind,
                  const BindStory& story);

struct Refusal {
  std::string_view type;
  std::string_view status;
  Denial denial;
};
void write_refusal(const Step& step, const Session& session, const PendingBind& bind,
                   const Refusal& refusal);

}  // namespace jvpn
