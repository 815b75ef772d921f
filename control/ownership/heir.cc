// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/heir.h"

#include "control/outbox.h"
#include "control/ownership/owner_keys.h"
#include "control/path_token.h"
#include "session/core/control_datagram.h"

namespace jvpn {
namespace {

OwnerEpoch next_epoch(const SessionRecord& record) {
  return OwnerEpoch{record.version.owner_epoch.value + 1};
}

TokenScope scope_of(const SessionRecord& record, const Endpoint& source) {
  return {TokenPurpose::reattach, record.id, next_epoch(record), source};
}

std::optional<Plea> plea_in(const Message& message) {
  if (const auto* request = std::get_if<ReattachRequest>(&message.body)) {
    return Plea{message.number, *request, std::nullopt};
  }
  if (const auto* confirm = std::get_if<ReattachConfirm>(&message.body)) {
    return Plea{message.number, *confirm, confirm->token};
  }
  return std::nullopt;
}

/// Numbers count per owner epoch; the store has the highest one that was decided.
bool is_news(const SessionRecord& record, const Message& message) {
  if (message.owner_epoch > record.version.owner_epoch) return false;
  if (message.owner_epoch != record.reattach_epoch) {
    return message.owner_epoch > record.reattach_epoch;
  }
  return message.number > record.reattach;
}

/// Nobody who is not the owner numbers messages: the client goes by what they answer.
void say(const Step& step, const SessionRecord& record, OwnerEpoch epoch, MessageNumber answers,
         const Arrival& to, MessageBody body) {
  const auto key = control_seal_key(step.node, record.resume, record.id);
  if (!key) return step.count("resume_root_not_opened");
  const Message message{epoch, MessageNumber{1}, answers, record.id, std::move(body)};
  send(step, back_to(to),
       seal_datagram(message, {.receiver = record.client_tag}, *key,
                     step.node.random.draw<kSealNonceSize>()));
}

}  // namespace

std::optional<Plea> read_plea(const Step& step, const SessionRecord& record, ByteView datagram) {
  const auto key = control_open_key(step.node, record.resume, record.id);
  if (!key) return step.count("resume_root_not_opened"), std::nullopt;
  std::vector<std::uint8_t> plain(datagram.size());
  plain.resize(open_datagram(datagram, key->view(), plain));
  if (plain.empty()) return step.count("ticketed_not_opened"), std::nullopt;
  const std::optional<Message> message = read_message(plain);
  const auto plea = message && message->session == record.id ? plea_in(*message) : std::nullopt;
  if (!plea) return step.count("ticketed_malformed"), std::nullopt;
  if (!is_news(record, *message)) return step.count(Reason::replay_detected), std::nullopt;
  return plea;
}

bool is_proven(const Step& step, const SessionRecord& record, const Plea& plea,
               const Arrival& from) {
  if (!plea.token) return false;
  step.node.token_keys.rotate(step.now);
  const Duration max_age = std::min(step.policy().security.challenge_max_age, kTokenMaxAge);
  return path_token_holds(step.node.token_keys, scope_of(record, from.source), *plea.token, max_age,
                          step.now);
}

void challenge_as_heir(const Step& step, const SessionRecord& record, const Plea& plea,
                       const Arrival& from) {
  step.node.token_keys.rotate(step.now);
  const OwnerEpoch epoch = next_epoch(record);
  const ReattachChallenge body{
      from.source,
      make_path_token(step.node.token_keys.current(), scope_of(record, from.source), plea.number,
                      step.now),
      step.node.owner(), owner_ephemeral(step.node, record.id, epoch).public_key};
  say(step, record, epoch, plea.number, from, body);
}

void put_off(const Step& step, const SessionRecord& record, const Plea& plea, const Arrival& from,
             const Denial& why) {
  step.count(why.reason);
  const ReattachReject body{why.reason, record.version, record.bound_version,
                            static_cast<std::uint32_t>(to_ms(why.retry_after))};
  say(step, record, record.version.owner_epoch, plea.number, from, body);
}

}  // namespace jvpn
