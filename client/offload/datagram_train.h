// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

#include "base/bytes.h"

namespace jvpn::client {

/// What one send with UDP_SEGMENT takes: UDP_MAX_SEGMENTS of older kernels (newer take 128), and
/// what fits into one IPv4 datagram.
inline constexpr std::size_t kTrainDatagrams = 64;
inline constexpr std::size_t kTrainBytes = 65507;

/// How many of the first datagrams, 1 or more, go out with one such send: all are as long as the
/// first, but for the last, which may be shorter. `datagrams` is not empty.
inline std::size_t train_of(std::span<const ByteView> datagrams) {
  const std::size_t size = datagrams.front().size();
  if (size == 0) return 1;
  const std::size_t most =
      std::min({datagrams.size(), kTrainDatagrams, std::max(kTrainBytes / size, std::size_t{1})});
  std::size_t count = 1;
  while (count < most && datagrams[count].size() == size) ++count;
  const bool has_shorter =
      count < most && !datagrams[count].empty() && datagrams[count].size() < size;
  return has_shorter ? count + 1 : count;
}

}  // namespace jvpn::client
