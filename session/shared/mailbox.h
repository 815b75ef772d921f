// SPDX-License-Identifier: Apache-2.0
// The mailbox between the planes: workers punt, control injects. Bounded rings of fixed cells on
// rte_ring, single producer and single consumer each, one ring per worker and class, so that a
// flood of one class delays no other. A full ring is a counted drop at the producer, never
// back-pressure.
//
//   worker w  --- punt[handshake|control|notice|dead tag|...] --->  control thread
//   worker w  <-------------------- inject ---------------------  control thread
//
// A producer takes a cell from the ring of free cells, fills it and hands over its pointer; the
// consumer gives it back the same way. Nothing is copied twice and nothing allocated.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "base/time.h"
#include "session/core/address.h"
#include "session/core/tag.h"

namespace jvpn {

inline constexpr std::size_t kCellBytes = 1536;

enum class PuntClass : std::uint8_t {
  handshake,  ///< INIT and CONFIRM, unauthenticated: the control thread checks them itself
  control,    ///< an opened, authentic control message (plain bytes as read_message takes them)
  notice,     ///< the newest authentic data packet of a session came from an unbound source
  dead_tag,   ///< a datagram for a slot of ours in which nothing lives under this tag; no bytes
  ticketed,   ///< a ticketed message for a session that does not live here: the datagram as it came
  neighbour,  ///< ARP and ND frames, whole Ethernet frame
};
inline constexpr std::size_t kPuntClasses = 6;

struct alignas(64) PuntCell {
  PuntClass kind = PuntClass::handshake;
  std::uint8_t port = 0;  ///< index of the port it came in by (underlay index for the first three)
  std::uint8_t worker = 0;
  std::uint16_t size = 0;
  std::uint16_t wire_size = 0;  ///< UDP payload as it came: no answer may be longer
  Instant received_at;
  Endpoint source;
  Endpoint local;
  Tag tag;                    ///< control, notice, dead_tag: as in its header
  std::uint64_t counter = 0;  ///< notice: of the data packet
  Bytes<kCellBytes> bytes;
};

enum class InjectKind : std::uint8_t {
  datagram,  ///< UDP payload for `destination`, sent from `underlay`'s own address and port
  frame,     ///< whole Ethernet frame on port `port`
};

struct alignas(64) InjectCell {
  InjectKind kind = InjectKind::datagram;
  std::uint8_t port = 0;
  std::uint16_t size = 0;
  Endpoint destination;
  Bytes<kCellBytes> bytes;
};

/// One worker's half-duplex lanes. The worker's side and control's side are separate views, so that
/// neither can call what belongs to the other thread.
class Mailbox {
 public:
  static constexpr std::uint32_t kMaxCells = 1u << 16;
  struct Shape {
    std::uint32_t punt_cells = 1024;     ///< of each class but control; 1..kMaxCells
    std::uint32_t control_cells = 1024;  ///< of that class; 1..kMaxCells
    std::uint32_t inject_cells = 1024;   ///< 1..kMaxCells
    bool operator==(const Shape&) const = default;
  };
  /// Of one of so many workers of a gateway. All workers together can hold a control message of
  /// each of kStormSessions sessions: all of a large gateway's clients may jump at once.
  static constexpr std::uint32_t kStormSessions = 16'384;
  static Shape shape_for(std::uint32_t workers);
  /// Bytes of 64-aligned memory that create() needs; 0 for an impossible shape.
  static std::size_t memory_size(const Shape& shape);
  /// `memory` stays the caller's and must outlive the mailbox.
  static Result<Mailbox> create(ByteSpan memory, const Shape& shape);
  Mailbox(Mailbox&&) noexcept;
  Mailbox& operator=(Mailbox&&) noexcept;
  ~Mailbox();

  // ---- worker --------------------------------------------------------------------------------
  /// A cell to fill, or null when control has not kept up. Give it to punt() or abandon(). Its
  /// `kind` is set and stays; every other field is the last user's.
  PuntCell* begin_punt(PuntClass kind);
  void punt(PuntCell* cell);
  void abandon(PuntCell* cell);
  /// take_injected() comes soon: what control wrote to say that there is something.
  void expect_injected() const;
  /// Up to `cells.size()` injected cells, oldest first; hand each back with done().
  std::size_t take_injected(std::span<InjectCell*> cells);
  void done(std::span<InjectCell* const> cells);

  // ---- control thread ------------------------------------------------------------------------
  /// A cell to fill and inject(), or null when the worker has not kept up.
  InjectCell* begin_inject();
  void inject(InjectCell* cell);
  /// Up to `cells.size()` cells of one class, oldest first; hand each back with done().
  std::size_t take_punted(PuntClass kind, std::span<PuntCell*> cells);
  void done(std::span<PuntCell*> cells);

 private:
  struct State;
  explicit Mailbox(State* state);
  State* state_ = nullptr;
};

}  // namespace jvpn
