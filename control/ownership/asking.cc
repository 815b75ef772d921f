// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/asking.h"

#include <algorithm>

#include "control/limits.h"
#include "crypto/kdf.h"

namespace jvpn {
namespace {

/// Doubles with each attempt; a quarter of it is spread over nodes and attempts.
Duration pause_after(const Step& step, std::uint32_t attempts) {
  const std::uint32_t doublings = std::min(attempts, kStoreRetryDoublings);
  const Duration most = kStoreFirstRetry * (1u << doublings);
  Bytes<13> seed{};
  ByteWriter(seed).number(step.node.config.node).number(step.node.incarnation).number(attempts);
  const auto spread = load<BigEndian<std::uint16_t>>(hash(seed).data()).value();
  return most - most / 4 * spread / UINT16_MAX;
}

void put(const Step& step, Question question) {
  const std::uint64_t ticket = ++step.node.store.last_ticket;
  if (question.attempts == 0) question.errand.incarnation = step.node.incarnation;
  ++question.attempts;
  std::visit(
      [&](auto& text) {
        text.ticket = ticket;
        step.out.push_back(text);
      },
      question.text);
  step.node.store.asked.emplace(ticket, std::move(question));
}

void note_answer(const Step& step, StoreOutcome outcome) {
  StoreDesk& desk = step.node.store;
  if (outcome == StoreOutcome::applied || outcome == StoreOutcome::refused) {
    desk.failures = 0;
    desk.down_until = Instant{0};
    return;
  }
  step.count(outcome == StoreOutcome::unknown ? "store_answer_lost" : "store_unavailable");
  ++desk.failures;
  desk.down_until = step.now + pause_after(step, desk.failures);
}

StoreValue written_by(const Question& question) {
  const auto* transaction = std::get_if<StoreTransaction>(&question.text);
  if (transaction == nullptr) return {};
  return transaction->writes.front().value.value_or(StoreValue());
}

/// Refused, but what an earlier attempt was to bring about is there.
bool was_ours(const Question& question, Settled& settled) {
  if (!question.doubtful) return false;
  const StoreWrite& first = std::get<StoreTransaction>(question.text).writes.front();
  const StoreValue* found = settled.value_at(first.key);
  if (!first.value) return found == nullptr;
  if (found == nullptr || !same_change(*found, *first.value)) return false;
  settled.written = *found;
  return true;
}

bool must_be_repeated(const Question& question, StoreOutcome outcome) {
  if (outcome == StoreOutcome::unknown) return true;
  const AskedFor purpose = question.errand.purpose;
  const bool nobody_waits = purpose == AskedFor::bury || purpose == AskedFor::read_life ||
                            purpose == AskedFor::read_sessions || purpose == AskedFor::adopt ||
                            purpose == AskedFor::hand_over;
  return outcome == StoreOutcome::unavailable && (question.doubtful || nobody_waits);
}

void renew_attempt(const Step& step, Question& question) {
  auto* transaction = std::get_if<StoreTransaction>(&question.text);
  if (transaction == nullptr) return;
  std::optional<StoreValue>& value = transaction->writes.front().value;
  if (value) value = with_attempt(*value, draw_attempt(step));
}

}  // namespace

const StoreValue* Settled::value_at(const StoreKey& key) const {
  for (const auto& [at, value] : found) {
    if (at == key) return value ? &*value : nullptr;
  }
  return nullptr;
}

bool Settled::has(const StoreKey& key) const {
  return std::ranges::any_of(found, [&](const auto& one) { return one.first == key; });
}

AttemptId draw_attempt(const Step& step) {
  const auto drawn = step.node.random.draw<8>();
  return AttemptId{load<BigEndian<std::uint64_t>>(drawn.data()).value()};
}

void ask(const Step& step, const Errand& errand, StoreTransaction transaction) {
  ensure(!transaction.writes.empty(), "a transaction changes something");
  put(step, Question{errand, std::move(transaction), false, 0});
}

void ask(const Step& step, const Errand& errand, StoreRead read) {
  put(step, Question{errand, std::move(read), false, 0});
}

std::optional<Settled> settle(const Step& step, const StoreReply& reply) {
  auto& asked = step.node.store.asked;
  const auto found = asked.find(reply.ticket);
  if (found == asked.end()) return step.count("store_reply_unasked"), std::nullopt;
  Question question = std::move(found->second);
  asked.erase(found);
  note_answer(step, reply.outcome);
  if (must_be_repeated(question, reply.outcome)) {
    question.doubtful = true;
    const Instant at = step.now + pause_after(step, question.attempts);
    step.node.store.to_repeat.emplace(at, std::move(question));
    return std::nullopt;
  }
  Settled settled{question.errand, reply.outcome, written_by(question), reply.values};
  if (reply.outcome == StoreOutcome::refused && was_ours(question, settled)) {
    settled.outcome = StoreOutcome::applied;
  }
  return settled;
}

void forget_question(const Step& step, AskedFor purpose, const SessionId& session) {
  const auto is_it = [&](const Errand& errand) {
    return errand.purpose == purpose && errand.session == session;
  };
  std::erase_if(step.node.store.asked, [&](const auto& q) { return is_it(q.second.errand); });
  std::erase_if(step.node.store.to_repeat, [&](const auto& q) { return is_it(q.second.errand); });
  std::erase_if(step.node.unsaid, [&](const Settled& late) { return is_it(late.errand); });
}

void repeat_questions(const Step& step) {
  auto& waiting = step.node.store.to_repeat;
  while (!waiting.empty() && waiting.begin()->first <= step.now) {
    Question question = std::move(waiting.begin()->second);
    waiting.erase(waiting.begin());
    renew_attempt(step, question);
    put(step, std::move(question));
  }
}

bool is_store_down(const Step& step) {
  return step.now < step.node.store.down_until;
}

Duration store_retry_after(const Step& step) {
  return std::max<Duration>(step.node.store.down_until - step.now, kStoreFirstRetry);
}

}  // namespace jvpn
