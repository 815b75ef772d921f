// SPDX-License-Identifier: Apache-2.0
// One reattach under way: asking the gateway to bind the session to another route.
//
//   REQUEST ------------------> (a path it knows: ACK at once)
//           <------ CHALLENGE   (to the source that it saw)
//   CONFIRM ------------------> right behind it data may flow
//           <------------ ACK   or REJECT
//   NOTICE  is a CHALLENGE that nobody asked for: its CONFIRM has no REQUEST before it
//
// Numbers rise with each new REQUEST and CONFIRM; a repetition is the same bytes with the same
// number. Only answers to the latest count, so waiting for an answer by one path ends when asking
// by another.
#pragma once

#include <optional>

#include "client/action.h"
#include "client/session.h"

namespace jvpn::client {

class Jump {
 public:
  enum class Stage : std::uint8_t { idle, requested, confirmed };
  enum class Origin : std::uint8_t { own, notice };

  /// What a REQUEST says besides where it comes from.
  struct Wish {
    Reason cause = Reason::none;
    std::uint32_t candidate_count = 0;
    std::uint64_t highest_sent = 0;
    KeyEpoch key_epoch;
    bool owner_silent = false;
  };

  Jump(Session& session, RandomSource& random) : session_(session), random_(random) {}

  Stage stage() const { return stage_; }
  bool is_pending() const { return stage_ != Stage::idle; }
  const Route& route() const { return route_; }
  Origin origin() const { return origin_; }
  Reason cause() const { return wish_.cause; }
  std::uint32_t candidate_count() const { return wish_.candidate_count; }
  KeyEpoch key_epoch() const { return wish_.key_epoch; }
  /// Secret half of what REQUEST and CONFIRM carry.
  const KeyPair& ephemeral() const { return ephemeral_; }
  Instant began_at() const { return began_at_; }
  unsigned sends() const { return sends_; }    ///< of the message now waited for
  unsigned rounds() const { return rounds_; }  ///< REQUESTs of this jump, each by its own number
  Instant due() const { return is_pending() ? due_ : Instant::never(); }

  /// A new REQUEST by `route`; voids an earlier one. `rtt`: of that route, zero when not known.
  void request(const Route& route, const Wish& wish, Duration rtt, Step step);
  /// The gateway challenged our latest message: prove the path at once.
  void confirm(const PathToken& token, MessageNumber answers, Step step);
  /// The gateway saw our newest packet come from a source that is not bound.
  /// `wish` holds where no jump is under way yet.
  void confirm_notice(const Route& route, const Wish& wish, const Message& notice, Step step);
  /// The same bytes again; the next wait is twice as long.
  void repeat(Step step);
  /// Routes have changed: what is due later is sent soon.
  void hasten(Instant now);
  /// What is due is a repetition for that, no sign that nobody answers here.
  bool is_hastened() const { return is_hastened_; }
  void finish() { stage_ = Stage::idle; }

  /// Is this number that of our latest REQUEST or CONFIRM?
  bool is_latest(MessageNumber answered) const;

 private:
  /// A jump that was not under way: its time and ephemeral key.
  void begin(Step step);
  Reattach fields() const;
  void send(SealedMessage message, Step step);

  Session& session_;
  RandomSource& random_;
  Stage stage_ = Stage::idle;
  Origin origin_ = Origin::own;
  Route route_;
  Wish wish_;
  Duration first_wait_{};
  MessageNumber latest_;
  std::vector<std::uint8_t> datagram_;
  KeyPair ephemeral_;  ///< of this jump: should another node answer, its keys derive from it
  Instant began_at_{0};
  Instant first_sent_at_{0};  ///< of the message now waited for
  Instant sent_at_{0};
  Instant due_{0};
  unsigned sends_ = 0;
  unsigned rounds_ = 0;
  unsigned backoff_ = 0;
  bool is_hastened_ = false;
};

}  // namespace jvpn::client
