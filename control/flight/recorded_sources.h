// SPDX-License-Identifier: Apache-2.0
// What a core asks its surroundings while it works: recorded on the way in, or played back.
#pragma once

#include "control/flight/tape.h"

namespace jvpn {

class RecordedRandom final : public RandomSource {
 public:
  RecordedRandom(RandomSource& inner, TapeWriter& tape) : inner_(inner), tape_(tape) {}
  void fill(ByteSpan out) override {
    inner_.fill(out);
    tape_.draw(out);
  }

 private:
  RandomSource& inner_;
  TapeWriter& tape_;
};

class RecordedSlots final : public SlotSource {
 public:
  RecordedSlots(SlotSource& inner, TapeWriter& tape) : inner_(inner), tape_(tape) {}
  std::optional<Tag> reserve(std::uint8_t worker) override {
    const std::optional<Tag> tag = inner_.reserve(worker);
    tape_.slot(tag);
    return tag;
  }
  void release(Tag tag) override { inner_.release(tag); }
  bool reserve_keys(Tag tag) override {
    const bool yes = inner_.reserve_keys(tag);
    tape_.key_room(yes);
    return yes;
  }

 private:
  SlotSource& inner_;
  TapeWriter& tape_;
};

/// Gives what the tape says. Where the core asks for something else than it did then, it gives
/// zeros and remembers that the flights have parted.
class PlayedSources final : public RandomSource, public SlotSource {
 public:
  explicit PlayedSources(TapeReader& tape) : tape_(tape) {}
  void fill(ByteSpan out) override;
  std::optional<Tag> reserve(std::uint8_t worker) override;
  void release(Tag) override {}
  bool reserve_keys(Tag tag) override;
  bool parted() const { return parted_; }

 private:
  ByteView take(TapeFrame kind);

  TapeReader& tape_;
  bool parted_ = false;
};

}  // namespace jvpn
