// SPDX-License-Identifier: Apache-2.0
// What remains of a session after TERMINATED was said: no keys, only the tag and one TERMINATE that
// was sealed beforehand, for a client that has not heard. Bounded in time and number. The ownership
// store has one as well, so that no node serves the session again; it is taken out when ours falls.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/time.h"
#include "control/ownership_store.h"
#include "session/core/ids.h"
#include "session/core/tag.h"

namespace jvpn {

struct Tombstone {
  std::vector<std::uint8_t> terminate;
  SessionId session;
  StoreValue stored;  ///< what the store has
};

class Tombstones {
 public:
  /// `most`: how many may stand; the one that would fall first makes room.
  void add(Tag tag, Tombstone tombstone, Instant until, std::size_t most);
  /// The TERMINATE for a datagram of `size` bytes that carries this tag; null when there is none,
  /// the datagram was shorter, or one went out less than a second ago.
  const std::vector<std::uint8_t>* answer(Tag tag, std::size_t size, Instant now);
  void expire(Instant now);
  /// Those that stand no more, each once.
  std::vector<Tombstone> take_fallen() { return std::exchange(fallen_, {}); }
  Instant next_due() const;

 private:
  struct Standing {
    Tombstone stone;
    Instant until;
    Instant next_answer{0};
  };
  void drop(Tag tag);

  std::map<Tag, Standing> by_tag_;
  std::set<std::pair<Instant, Tag>> by_end_;
  std::vector<Tombstone> fallen_;
};

}  // namespace jvpn
