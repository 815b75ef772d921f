// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/control_loop.h"

#include <spdlog/spdlog.h>

#include <array>
#include <span>
#include <utility>

#include "apps/common/clock.h"
#include "apps/gateway/node_secrets.h"
#include "apps/gateway/session_log.h"
#include "session/core/wire.h"

namespace jvpn {
namespace {

/// Each session is sampled every 50 ms, a slice of them at a time. A sample costs more than a
/// microsecond where sessions are many: then each is seen twice per heartbeat interval, since
/// nothing new is to be seen between two heartbeats; and beyond what a core can do, less often
/// rather than at the cost of a jump.
constexpr Duration kSampleSlice = 2ms;
constexpr std::size_t kSlices = 25;
constexpr std::size_t kEasySamples = 32;
constexpr std::size_t kMostSamples = 512;
/// While there is something to answer, sampling waits that long for a turn without.
constexpr Duration kSamplePatience = 8ms;
constexpr Duration kTickInterval = 50ms;
constexpr Rate kLogLines{20ms, 200};

/// How many of a class one turn takes. What they decide is in memory until the audit of all is
/// written: of more the allocator keeps less at hand (eight cost a tenth less each than 32). A
/// handshake costs some 100 us of curve arithmetic, and a flood of them must not keep a jump
/// waiting.
constexpr std::size_t kMostSealed = 8;
constexpr std::size_t kMostHandshakes = 2;

AuditOrigin origin_of(const ControlConfig& config) {
  return {std::to_string(config.node), config.owner_epoch, config.policy.version};
}

AuditPosition position_of(const std::optional<AuditFile>& file) {
  return file ? file->position_at_open() : AuditPosition{};
}

HealthReport report_of(const HealthSample& sample) {
  HealthReport report;
  report.bound_version = sample.bound_version;
  report.received = sample.received;
  report.peer_sent = sample.peer_sent;
  report.received_at_ask = sample.received_at_ask;
  report.evidence_at = sample.evidence_at;
  report.unechoed = sample.unechoed;
  report.rtt = std::chrono::microseconds(sample.rtt_us);
  report.bytes_up = sample.bytes_up;
  report.bytes_down = sample.bytes_down;
  report.key_epoch = sample.key_epoch;
  report.opened_key_epoch = sample.opened_key_epoch;
  report.failed_opens = sample.failed_opens;
  report.blocks = sample.blocks;
  report.metered_up = sample.metered_up;
  report.metered_down = sample.metered_down;
  return report;
}

}  // namespace

ControlLoop::ControlLoop(ControlConfig config, DataPlane& plane, AeadEngine aead, Files files)
    : plane_(plane),
      aead_(std::move(aead)),
      audit_file_(std::move(files.audit)),
      audit_(origin_of(config), position_of(audit_file_),
             [this](std::string_view line) { return !audit_file_ || audit_file_->append(line); }),
      slots_(plane.table()),
      flight_(std::move(files.flight)),
      tape_([this](ByteView frame) { keep(frame); }),
      core_(with_secrets(std::move(config), random()), random(), slots()),
      applier_({plane.table(), plane.pool_v4(), plane.pool_v6(), plane.routes()}, aead_, *this) {}

void ControlLoop::start(Instant now) {
  now_ = now;
  if (audit_file_ && audit_file_->was_torn()) audit_.note_lost(now);
  tell(StartInput{});
  settle();
}

Found ControlLoop::turn(Instant now) {
  now_ = now;
  latest_ = Duration::zero();
  const Found found = std::max(
      {take_punts(PuntClass::control, kMostSealed), take_punts(PuntClass::notice, kMostSealed),
       take_punts(PuntClass::dead_tag, kMostSealed), take_punts(PuntClass::ticketed, kMostSealed),
       take_punts(PuntClass::handshake, kMostHandshakes)});
  tell(LoadInput{latest_});
  settle();
  const Duration patience = found == Found::nothing ? Duration::zero() : kSamplePatience;
  if (now >= next_sample_ + patience) sample_health();
  if (now >= next_tick_ || now >= core_.next_deadline()) run_deadlines();
  plane_.step(now);
  publications_waiting_ = applier_.retry_publications();
  return found;
}

Found ControlLoop::take_punts(PuntClass kind, std::size_t most) {
  std::array<PuntCell*, kMostSealed> cells;
  Found found = Found::nothing;
  for (std::uint8_t worker = 0; worker < plane_.workers(); ++worker) {
    Mailbox& mailbox = plane_.mailbox(worker);
    const auto got =
        std::span(cells).first(mailbox.take_punted(kind, std::span(cells).first(most)));
    if (got.empty()) continue;
    for (const PuntCell* cell : got) dispatch(*cell);
    settle();  // of all together: the audit is written once
    mailbox.done(got);
    found = std::max(found, got.size() == most ? Found::more : Found::all);
  }
  return found;
}

void ControlLoop::dispatch(const PuntCell& cell) {
  latest_ = std::max(latest_, now_ - cell.received_at);
  const Arrival from{cell.source, cell.port, cell.wire_size};
  const ByteView bytes = ByteView(cell.bytes).first(cell.size);
  switch (cell.kind) {
    case PuntClass::handshake:
      return void(tell(HandshakeInput{bytes, from}));
    case PuntClass::control:
      return void(tell(ControlInput{cell.tag, bytes, from}));
    case PuntClass::notice:
      return void(tell(UnboundInput{cell.tag, from}));
    case PuntClass::dead_tag:
      return void(tell(DeadTagInput{cell.tag, from}));
    case PuntClass::ticketed:
      return void(tell(TicketedInput{bytes, from}));
    case PuntClass::neighbour:
      return;  // DataPlane::step() takes these itself
  }
}

/// How many to sample now.
std::size_t ControlLoop::sample_slice() const {
  const std::size_t live = core_.live_sessions();
  const Duration interval = core_.policy().volatility.heartbeat_interval;
  const std::size_t slices =
      std::max(kSlices, static_cast<std::size_t>(interval / 2 / kSampleSlice));
  const std::size_t every_50_ms = (live + kSlices - 1) / kSlices;
  const std::size_t twice_a_heartbeat = (live + slices - 1) / slices;
  return std::min({every_50_ms, std::max(kEasySamples, twice_a_heartbeat), kMostSamples});
}

void ControlLoop::sample_health() {
  next_sample_ = now_ + kSampleSlice;
  for (const Tag tag : core_.next_live_tags(sample_slice())) {
    if (const auto sample = plane_.table().sample(tag)) {
      tell(HealthInput{tag, report_of(*sample)});
    }
  }
  settle();
}

void ControlLoop::run_deadlines() {
  next_tick_ = now_ + kTickInterval;
  tell(TickInput{});
  settle();
}

void ControlLoop::settle() {
  while (!actions_.empty()) {
    decided_.swap(actions_);
    applier_.apply(decided_);
    decided_.clear();
    for (const StoreReply& reply : store_.take_replies()) tell(StoreInput{reply});
  }
}

void ControlLoop::end_sessions(Instant now) {
  now_ = now;
  tell(ShutdownInput{});
  settle();
}

bool ControlLoop::terminate(const SessionId& id, Instant now) {
  now_ = now;
  const bool found = tell(OperatorTerminateInput{id});
  settle();
  return found;
}

bool ControlLoop::rekey(const SessionId& id, Instant now) {
  now_ = now;
  return tell(OperatorRekeyInput{id});
}

Result<void> ControlLoop::apply_policy(Policy policy, Instant now) {
  now_ = now;
  if (flight_) tape_.input(PolicyInput{policy}, now_);
  const std::size_t before = actions_.size();
  const Result<void> done = core_.apply_policy(std::move(policy), now, actions_);
  if (flight_) tape_events(before);
  settle();
  return done;
}

void ControlLoop::refuse_policy(std::string_view why, Instant now) {
  now_ = now;
  tell(BadPolicyInput{std::string(why)});
  settle();
}

OuterTemplate ControlLoop::outer_to(std::uint8_t underlay, const Endpoint& peer) {
  return plane_.make_outer(underlay, peer);
}

void ControlLoop::send(const SendDatagram& datagram) {
  // One that finds the ring full is counted there; the protocol repeats what matters.
  plane_.send(datagram.underlay, datagram.destination, datagram.payload);
}

RandomSource& ControlLoop::random() {
  if (!flight_) return system_random_;
  return recorded_random_;
}

SlotSource& ControlLoop::slots() {
  if (!flight_) return slots_;
  return recorded_slots_;
}

bool ControlLoop::tell(const CoreInput& input) {
  if (flight_) tape_.input(input, now_);
  const std::size_t before = actions_.size();
  const bool agreed = feed(core_, input, now_, actions_);
  if (flight_) tape_events(before);
  return agreed;
}

/// A tape has each event behind the input that brought it about.
void ControlLoop::tape_events(std::size_t first_action) {
  for (const Action& action : std::span(actions_).subspan(first_action)) {
    if (const auto* audit = std::get_if<WriteAudit>(&action)) tape_.event(audit->event);
  }
}

void ControlLoop::keep(ByteView frame) {
  if (flight_->append(frame)) return;
  spdlog::error("the flight recorder's file cannot be written any more: recording ends here");
}

void ControlLoop::record(const AuditEvent& event) {
  audit_.add(event, wall_ms());
  tell_people(event);
}

/// Every event is in the audit; the log is for who looks on, and must not cost more than the event.
void ControlLoop::tell_people(const AuditEvent& event) {
  if (!is_logged(event)) return;
  if (!log_budget_.take(kLogLines, now_)) return void(++untold_);
  if (untold_ != 0)
    spdlog::info("{} more lines like these were left out", std::exchange(untold_, 0));
  spdlog::info(*log_line(event));
}

std::map<std::string, std::uint64_t> ControlLoop::counters() const {
  std::map<std::string, std::uint64_t> all = plane_.counters();
  for (const auto& [name, count] : core_.counters()) all["control_" + name] = count;
  all["publications_delayed"] = applier_.publications_delayed();
  all["gauge_publications_waiting"] = publications_waiting_;
  all["gauge_oldest_reclaim_turns"] = plane_.table().oldest_pending();
  all["audit_lines_lost"] = audit_file_ ? audit_file_->lines_lost() : 0;
  return all;
}

}  // namespace jvpn
