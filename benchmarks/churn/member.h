// SPDX-License-Identifier: Apache-2.0
// One session: the client's agent on two access paths whose addresses come and go, its numbered
// data, and the stopwatch of its jump.
//
//   link death:    one path is up at a time; a jump takes it down and brings the other one up
//   silent death:  both are up; a jump makes what is sent by the bound one vanish, and once the
//                  session has moved, that path comes back with another address
#pragma once

#include <optional>

#include "benchmarks/churn/inner_packet.h"
#include "benchmarks/churn/stage.h"
#include "client/agent.h"

namespace jvpn::churn {

class Member {
 public:
  Member(std::uint32_t index, Stage& stage);
  Member(const Member&) = delete;

  /// The first handshake.
  void begin(Instant now);
  /// A datagram to one of its addresses.
  void receive(const UdpPort::Arrival& arrival, Instant now);
  void on_alarm(Alarm alarm, Instant now);
  /// From now on it jumps every so often, as the options say.
  void start_jumping(Instant now);
  /// The path in use dies; `ordered` is when. False: the session is not ATTACHED or still jumping.
  bool jump(JumpTimes& times, Instant ordered, Instant now);
  /// Its turn by --jump-every, or once it was put off: jumps, unless too many do.
  void jump_by_interval(Instant now);
  /// Tells the gateway that the session is over.
  void end(Instant now);
  bool closed() const { return agent_.closed(); }
  bool is_born() const { return id_.has_value(); }

  /// The sink got this uplink packet: the answer to send, or nothing when it was none of ours.
  std::optional<Stamp> answer_of(const Stamp& stamp);
  void settle_numbers();

 private:
  /// A jump from its order until data went both ways again.
  struct Watch {
    JumpTimes& times;
    Instant ordered;
    Instant noticed = Instant::never();
    bool attached = false;
    bool answered = false;           ///< data that left after the order has been answered
    std::uint32_t first_number = 0;  ///< uplink packets from here on were sent afterwards
  };

  client::PathState path_state(std::uint8_t path) const;
  void swap_links(std::uint8_t dead, Instant now);
  void revive(Instant now);
  Duration phase_of(Duration interval) const;
  void owe_data(Instant now);
  void send_owed(Instant now);
  void send_one(Instant now);
  void transmit(const client::Route& route, ByteView payload);
  void deliver(ByteView inner, Instant now);
  /// After anything that the agent was told.
  void settle(Instant now);
  void carry_out(const client::SendDatagram& send, Instant);
  void carry_out(const client::ConfigureTunnel& tunnel, Instant);
  void carry_out(const client::AllowEndpoints&, Instant) {}
  void carry_out(const client::WriteEvent& write, Instant now);
  void on_born(const AuditEvent& event, Instant now);
  void on_ended(const AuditEvent& event);
  void on_attached(Instant now);
  void on_answered(Instant now);

  Stage& stage_;
  std::uint32_t index_;
  client::ClientAgent agent_;
  std::array<std::uint32_t, 2> generation_{0, 1};  ///< of each path's address
  std::optional<std::uint8_t> dead_;               ///< the path that carries nothing
  std::uint32_t owed_ = 0;                         ///< data packets that wait for a path
  bool closed_ = false;
  NumberWindow up_;
  NumberWindow down_;
  std::optional<SessionId> id_;
  std::optional<Watch> watch_;
  Instant begun_{0};
  Instant data_due_{0};
  Instant jump_due_{0};
};

}  // namespace jvpn::churn
