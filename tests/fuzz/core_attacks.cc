// SPDX-License-Identifier: Apache-2.0
// What a program's attackers do: seal nonsense with genuine keys, repeat, tamper.
#include "tests/fuzz/core_play.h"
#include "tests/fuzz/seal_raw.h"

namespace jvpn::fuzz {
namespace {

using test::Datagram;
using test::FakeClient;

Mark malformed("a sealed message that is none");
Mark replayed("a replayed control message");
Mark changed("a changed datagram");

bool is_control(const Datagram& datagram) {
  const auto type = static_cast<WireType>(datagram[0] >> 4);
  return type == WireType::control || type == WireType::ticketed;
}

}  // namespace

/// Any bytes inside a genuine seal: mostly a prefix that fits this session, then whatever comes.
void CorePlay::any_message(const Turn& turn, ByteReader& in) {
  FakeClient& who = turn.who;
  const auto kind = in.number<std::uint8_t>();
  const std::size_t wanted = in.number<std::uint8_t>();
  const ByteView body = in.view(std::min(wanted, in.rest().size()));

  Bytes<kMessagePrefixSize> prefix{};
  ByteWriter out(prefix);
  out.number(std::uint32_t{1}).number(std::uint8_t(kind >= 3 && kind <= 8 ? 1 : 2)).number(kind);
  out.number(std::uint16_t{0}).number(++who.number).number(std::uint64_t{0});
  out.bytes(who.ack->session.bytes);
  Datagram plain(prefix.begin(), prefix.end());
  plain.insert(plain.end(), body.begin(), body.end());
  malformed.hit_if(!read_message(plain));
  const Key32 key = derive_control_key(who.roots.resume, Direction::client_to_gateway);
  control(seal_raw(plain, {who.tag, nullptr, 0}, key, who.random.draw<kSealNonceSize>()),
          turn.source);
}

/// The same bytes again. From where they came, nothing may change; elsewhere the invariants hold.
void CorePlay::replay(const Turn& turn, ByteReader& in) {
  if (kept_.empty()) return;
  const Sent& old = kept_[in.number<std::uint8_t>() % kept_.size()];
  const Endpoint& source = in.number<std::uint8_t>() % 2 == 0 ? old.source : turn.source;
  invariants_.received(source, old.datagram.size());
  if (is_control(old.datagram)) {
    replayed.hit();
    gateway_.control(old.datagram, source);
  } else {
    gateway_.handshake(old.datagram, source);
  }
}

/// One bit of something genuine is flipped: nothing may change.
void CorePlay::change(ByteReader& in) {
  if (kept_.empty()) return;
  Sent altered = kept_[in.number<std::uint8_t>() % kept_.size()];
  flip_one_bit(in, altered.datagram);
  const std::string before = gateway_.picture();
  invariants_.received(altered.source, altered.datagram.size());
  if (is_control(altered.datagram)) {
    gateway_.control(altered.datagram, altered.source);
  } else {
    gateway_.handshake(altered.datagram, altered.source);
  }
  ensure(gateway_.picture() == before, "what was tampered with changes nothing");
  changed.hit();
}

}  // namespace jvpn::fuzz
