// SPDX-License-Identifier: Apache-2.0
#include "control/flight/recorded_sources.h"

#include <algorithm>

namespace jvpn {

ByteView PlayedSources::take(TapeFrame kind) {
  const std::optional<TapeItem> item = tape_.peek();
  if (!item || item->kind != kind) {
    parted_ = true;
    return {};
  }
  return tape_.next()->body;
}

void PlayedSources::fill(ByteSpan out) {
  const ByteView drawn = take(TapeFrame::draw);
  parted_ = parted_ || drawn.size() != out.size();
  std::ranges::fill(out, std::uint8_t{0});
  if (!parted_) std::ranges::copy(drawn, out.begin());
}

std::optional<Tag> PlayedSources::reserve(std::uint8_t) {
  const ByteView body = take(TapeFrame::slot);
  if (body.size() != 7) return std::nullopt;
  return Tag::from_wire(load<Bytes<7>>(body.data()));
}

bool PlayedSources::reserve_keys(Tag) {
  const ByteView body = take(TapeFrame::key_room);
  return body.size() == 1 && body[0] == 1;
}

}  // namespace jvpn
