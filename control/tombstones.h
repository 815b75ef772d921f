// SPDX-License-Identifier: Apache-2.0
// What remains of a session after TERMINATED was said: no keys, only the tag and one TERMINATE that
// was sealed beforehand, for a client that has not heard. Bounded in time and number.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "base/time.h"
#include "session/core/tag.h"

namespace jvpn {

class Tombstones {
 public:
  void add(Tag tag, std::vector<std::uint8_t> terminate, Instant until);
  /// The TERMINATE for a datagram of `size` bytes that carries this tag; null when there is none,
  /// the datagram was shorter, or one went out less than a second ago.
  const std::vector<std::uint8_t>* answer(Tag tag, std::size_t size, Instant now);
  void expire(Instant now);
  Instant next_due() const;

 private:
  struct Tombstone {
    std::vector<std::uint8_t> terminate;
    Instant until;
    Instant next_answer{0};
  };
  void drop(Tag tag);

  std::map<Tag, Tombstone> by_tag_;
  std::set<std::pair<Instant, Tag>> by_end_;
};

}  // namespace jvpn
