// SPDX-License-Identifier: Apache-2.0
// The data plane's part in the simulator: one packet at a time, on the real session table, with the
// real AEAD, replay window, rules of who may be heard and answers to heartbeats. It differs from
// the workers' stages in having neither frames nor bursts.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "control/core.h"
#include "crypto/aead.h"
#include "session/shared/session_table.h"
#include "tests/sim/checkers/fates.h"
#include "tests/sim/world/network.h"

namespace jvpn::sim {

class Plane {
 public:
  struct Handlers {
    std::function<void(Tag, const Endpoint& source, ByteView inner)> deliver;
    std::function<void(Tag, const Endpoint& source, std::size_t wire_size)> unbound;
    /// An inner packet is about to be sealed.
    std::function<void(ByteView inner)> sealed;
    std::function<void(std::uint8_t underlay, const Endpoint& destination, Datagram)> send;
  };

  Plane(AeadEngine& engine, const TableShape& shape, std::uint64_t seed, Handlers handlers);

  SessionTable& table() { return table_; }
  void install(const InstallSession& session);
  void publish(const PublishView& change);
  void stage(const StageKeys& next);
  void remove(const RemoveSession& session);
  /// One turn has passed: what waited for a binding leaves, replaced snapshots and removed sessions
  /// can go.
  void turn(Instant now);

  /// For the canary: a worker whose replay windows forget.
  void forget_window(Tag tag);
  void receive_data(const Endpoint& source, Datagram datagram, Instant now);
  /// The plain bytes of a control message, or nothing when no session opens it.
  std::optional<Datagram> open_control(ByteView datagram) const;
  /// Seals an inner packet for the session, or lets it wait for a binding; false: neither.
  bool send(Tag tag, ByteView inner, Instant now);
  HealthReport health(Tag tag) const;
  PacketFates fates() const;
  /// From then on no session's data is accepted or sent.
  void serve_until(Instant deadline) { serving_until_ = deadline; }

 private:
  enum class Fate : std::uint8_t { delivered, answered, held, dropped };
  Fate take(const Endpoint& source, Datagram datagram, Instant now);
  Fate take_unbound(Tag tag, TableRecord& record, const SessionView& view, const Endpoint& source,
                    ByteView as_it_came, bool is_data, Instant now);
  void note(Fate fate);
  void answer(Tag tag, TableRecord& record, const SessionView& view, ByteView inner, Instant now);
  void seal_and_send(TableRecord& record, const SessionView& view, ByteView inner);
  void release(Tag tag, Instant now);

  AeadEngine& engine_;
  Bytes<16> nonce_key_;  ///< of heartbeat replies
  Handlers handlers_;
  struct Aligned {
    alignas(64) std::uint8_t bytes[64];
  };
  std::unique_ptr<Aligned[]> memory_;
  SessionTable table_;
  /// What waits for a session's next binding, oldest first: data of one source that is not bound
  /// yet, as they came, and inner packets for the client.
  struct Waiting {
    Datagram bytes;
    Instant until;
  };
  struct Held {
    Endpoint source;
    StateVersion bound_version;
    std::deque<Waiting> up;
    std::deque<Waiting> down;
  };
  using Queue = std::deque<Waiting>;
  bool hold(Queue& queue, std::uint64_t& lost, ByteView bytes, const SessionView& view,
            Instant now);
  void forget_held(Tag tag);

  PacketFates fates_;
  Instant serving_until_{INT64_MAX};
  std::map<Tag, Held> held_;
};

}  // namespace jvpn::sim
