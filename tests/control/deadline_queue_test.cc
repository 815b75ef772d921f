// SPDX-License-Identifier: Apache-2.0
#include "control/deadline_queue.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace jvpn {
namespace {

/// Whatever is put in, brought forward and taken out, the first is the earliest of what is left.
RC_GTEST_PROP(DeadlineQueue, AlwaysHasTheEarliestInFront, ()) {
  std::vector<Session> sessions(12);
  std::map<const Session*, Instant> model;
  DeadlineQueue queue;
  const auto steps = *rc::gen::container<std::vector<std::pair<std::uint8_t, std::uint8_t>>>(
      rc::gen::arbitrary<std::pair<std::uint8_t, std::uint8_t>>());
  for (const auto& [which, at] : steps) {
    Session& session = sessions[which % sessions.size()];
    const Instant due{at};
    if (!DeadlineQueue::has(session) || due < session.place.due) {
      queue.put(session, due);
      model[&session] = due;
    } else {
      queue.remove(session);
      model.erase(&session);
    }
    RC_ASSERT(DeadlineQueue::has(session) == model.contains(&session));
    const auto first =
        std::ranges::min_element(model, {}, [](const auto& entry) { return entry.second; });
    RC_ASSERT(queue.next() == (first == model.end() ? Instant::never() : first->second));
    if (!model.empty()) RC_ASSERT(model.at(&queue.front()) == queue.next());
  }
}

}  // namespace
}  // namespace jvpn
