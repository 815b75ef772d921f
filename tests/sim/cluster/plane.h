// SPDX-License-Identifier: Apache-2.0
// The data plane's part in the simulator: one packet at a time, on the real session table, with the
// real AEAD, replay window and rules of who may be heard. It differs from the workers' stages in
// having neither frames nor bursts.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "control/core.h"
#include "crypto/aead.h"
#include "session/shared/session_table.h"
#include "tests/sim/world/dice.h"
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
  /// One turn has passed: replaced snapshots and removed sessions can go.
  void turn();

  /// For the canary: a worker whose replay windows forget.
  void forget_window(Tag tag);
  void receive_data(const Endpoint& source, Datagram datagram, Instant now);
  /// The plain bytes of a control message, or nothing when no session opens it.
  std::optional<Datagram> open_control(ByteView datagram) const;
  /// Seals an inner packet for the session; false: it has no binding, or the node must not serve.
  bool send(Tag tag, ByteView inner, Instant now);
  HealthReport health(Tag tag) const;
  /// From then on no session's data is accepted or sent.
  void serve_until(Instant deadline) { serving_until_ = deadline; }

 private:
  void answer(Tag tag, SessionRecord& record, const SessionView& view, ByteView inner, Instant now);
  void seal_and_send(SessionRecord& record, const SessionView& view, ByteView inner);
  void follow_binding(Tag tag, SessionRecord& record, const SessionView& view);

  AeadEngine& engine_;
  Dice dice_;
  Handlers handlers_;
  struct Aligned {
    alignas(64) std::uint8_t bytes[64];
  };
  std::unique_ptr<Aligned[]> memory_;
  SessionTable table_;
  Instant serving_until_{INT64_MAX};
  std::map<Tag, std::uint64_t> nonces_;  ///< of each session's last heartbeat reply
};

}  // namespace jvpn::sim
