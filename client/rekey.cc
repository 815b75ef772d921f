// SPDX-License-Identifier: Apache-2.0
#include "client/rekey.h"

#include <utility>

#include "client/timing.h"

namespace jvpn::client {

KeyPair Rekey::draw() {
  Bytes<32> secret = random_.draw<32>();
  return KeyPair::from_secret(Key32::take(secret));
}

std::optional<Key32> Rekey::root_from(const KeyPair& own, const PublicKey& peer,
                                      const RekeyTranscript& transcript) const {
  const std::optional<Key32> shared = x25519(own.secret, peer);
  if (!shared) return std::nullopt;
  return derive_rekeyed_root(traffic_.current().root(), *shared, transcript);
}

Instant Rekey::next_deadline(bool wanted) const {
  if (wish_) return wish_->due;
  const bool can_ask = wanted && !traffic_.has_former();
  return can_ask ? not_before_ : Instant::never();
}

std::optional<std::vector<std::uint8_t>> Rekey::tick(bool wanted, Instant now) {
  if (traffic_.has_former()) wish_.reset();  // the gateway's wish came true
  if (now < next_deadline(wanted)) return std::nullopt;
  if (wish_ && wish_->sends == kRekeySends) {
    wish_.reset();
    not_before_ = now + kRekeyRetry;
    denied_ = true;
    return std::nullopt;
  }
  if (!wish_) {
    KeyPair ephemeral = draw();
    const RekeyInit init{{next_epoch(), ephemeral.public_key}};
    SealedMessage message = session_.seal(init, {}, 0, random_);
    wish_.emplace(Wish{message.number, std::move(ephemeral), std::move(message.datagram), now, 0});
  }
  wish_->due = now + backed_off(kRekeyFirstWait, wish_->sends++, kRekeyLongestWait);
  return wish_->datagram;
}

std::optional<std::vector<std::uint8_t>> Rekey::on_init(const Message& message,
                                                        const RekeyInit& init) {
  if (answer_ && answer_->number == message.number) return answer_->datagram;
  // Given up before the one that was answered: in its place it would take the keys away under which
  // the gateway may seal already.
  if (answer_ && message.number.value < answer_->number.value) return std::nullopt;
  // What cannot be granted yet comes again with the same number, and must be news then.
  if (traffic_.has_former() || init.key_epoch != next_epoch()) return std::nullopt;
  if (!session_.is_news(message)) return std::nullopt;
  const KeyPair own = draw();
  std::optional<Key32> root = root_from(
      own, init.ephemeral, {session_.id(), init.key_epoch, init.ephemeral, own.public_key});
  if (!root) return std::nullopt;
  wish_.reset();
  traffic_.stage(init.key_epoch, std::move(*root));
  const RekeyAck ack{{init.key_epoch, own.public_key}};
  answer_ = Answer{message.number, session_.seal(ack, message.number, 0, random_).datagram};
  return answer_->datagram;
}

bool Rekey::on_ack(const Message& message, const RekeyAck& ack) {
  if (!wish_ || message.answers != wish_->number || ack.key_epoch != next_epoch()) return false;
  std::optional<Key32> root =
      root_from(wish_->ephemeral, ack.ephemeral,
                {session_.id(), ack.key_epoch, wish_->ephemeral.public_key, ack.ephemeral});
  if (!root) return false;
  wish_.reset();
  traffic_.adopt(ack.key_epoch, std::move(*root));
  return true;
}

void Rekey::forget() {
  wish_.reset();
  answer_.reset();
}

}  // namespace jvpn::client
