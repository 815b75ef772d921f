// SPDX-License-Identifier: Apache-2.0
// The client's half of a session's control channel: keys, tags, message numbers, versions.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "crypto/random.h"
#include "session/core/handshake.h"
#include "session/core/keys.h"
#include "session/core/messages.h"
#include "session/core/number_window.h"

namespace jvpn::client {

struct SealedMessage {
  MessageNumber number;
  std::vector<std::uint8_t> datagram;
};

class Session {
 public:
  Session(const SessionId& id, Tag client_tag, const Key32& resume_root);

  const SessionId& id() const { return id_; }
  Tag client_tag() const { return client_tag_; }
  Tag gateway_tag() const { return gateway_tag_; }
  StateVersion version() const { return version_; }
  StateVersion bound_version() const { return bound_version_; }
  /// Who serves the session, as DONE or the last ACK said.
  const Owner& owner() const { return owner_; }

  /// Seals with the next number of its class. `answers` may be 0; `size` pads the datagram. REQUEST
  /// and CONFIRM take the ticket along.
  SealedMessage seal(const MessageBody& body, MessageNumber answers, std::size_t size,
                     RandomSource& random);
  /// The HANDSHAKE_CONFIRM, which is framed differently and knows no owner epoch yet.
  SealedMessage seal_handshake_confirm(ByteView birth_state, RandomSource& random);

  /// The traffic root under a new owner; `shared` comes of the ephemeral keys of REQUEST and
  /// CHALLENGE.
  Key32 owner_root(const Key32& shared, const Owner& owner, OwnerEpoch epoch) const {
    return derive_owner_root(resume_root_, shared, id_, owner, epoch);
  }

  /// An authentic message of this session. Its number is not judged here: see is_news().
  std::optional<Message> open(ByteView datagram) const;
  /// Of the owner epoch that we know, its number was not seen before, and in the reattach class
  /// none was higher: a copy of an earlier message is no news. Answers are matched to what they
  /// answer instead, because a repeated answer is the same bytes again.
  bool is_news(const Message& message);

  /// What an authentic, fresh message says of the version. False: an older owner epoch than known,
  /// so the gateway was rolled back and must not be believed. Higher epochs are adopted from ACKs
  /// only.
  bool learn_version(StateVersion version);
  /// A REJECT's: what to name in the next REQUEST, also where a new owner moved it on.
  bool learn_binding(StateVersion version, StateVersion bound_version);
  /// May an ACK of this owner be believed? A lower epoch is a rollback; in the same epoch there is
  /// one owner only, in one of its lives.
  enum class Standing : std::uint8_t { known, newer, conflicting, rolled_back };
  Standing standing_of(const Owner& owner, OwnerEpoch epoch) const;
  /// What DONE and each ACK say. Message numbers of a new owner epoch count anew.
  template <class Answer>
  void adopt(const Answer& answer) {
    if (answer.version.owner_epoch > version_.owner_epoch) forget_numbers();
    gateway_tag_ = answer.tag;
    ticket_ = answer.ticket;
    owner_ = answer.owner;
    version_ = std::max(version_, answer.version);
    bound_version_ = std::max(bound_version_, answer.bound_version);
  }

 private:
  void forget_numbers() {
    last_reattach_seen_ = 0;
    others_seen_ = {};
  }
  std::uint64_t& last_sent(MessageKind kind);

  SessionId id_;
  Tag client_tag_;
  Tag gateway_tag_;
  Ticket ticket_{};
  Owner owner_;
  Key32 control_out_;
  Key32 control_in_;
  StateVersion version_;
  StateVersion bound_version_;
  Key32 resume_root_;
  std::array<std::uint64_t, 2> last_sent_{};  ///< by class
  std::uint64_t last_reattach_seen_ = 0;
  NumberWindow others_seen_;
};

}  // namespace jvpn::client
