// SPDX-License-Identifier: Apache-2.0
#include "control/rekey_need.h"

#include "control/events.h"

namespace jvpn {
namespace {

/// Data flow as long as the last ones are no older than this, however often samples are taken; and
/// no more than this between two samples is believed to have been busy all along.
constexpr Duration kPauseInFlow = 1s;

std::uint64_t opens_before_rekey(Suite suite) {
  return suite == Suite::aes_256_gcm ? kGcmFailedOpensRekey : kChachaFailedOpensRekey;
}
std::uint64_t opens_before_end(Suite suite) {
  return suite == Suite::aes_256_gcm ? kGcmFailedOpensLimit : kChachaFailedOpensLimit;
}

}  // namespace

std::string_view name_of(RekeyCause cause) {
  switch (cause) {
    case RekeyCause::operator_:
      return "operator";
    case RekeyCause::failed_opens:
      return "failed_opens";
    case RekeyCause::blocks:
      return "blocks";
    case RekeyCause::time:
      return "time";
    case RekeyCause::client:
      return "client";
    case RekeyCause::none:
      break;
  }
  return "";
}

void note_flow(SessionKeyState& keys, const HealthReport& report, Instant now) {
  const std::uint64_t bytes = report.bytes_up + report.bytes_down;
  const bool is_first = keys.sampled_at == Instant{0};
  if (bytes != keys.bytes && !is_first) keys.flowed_at = now;
  const bool flows = !is_first && keys.flowed_at && now - *keys.flowed_at < kPauseInFlow;
  if (flows) keys.flowing += std::min<Duration>(now - keys.sampled_at, kPauseInFlow);
  keys.bytes = bytes;
  keys.sampled_at = now;
}

Duration spread_of(Duration rekey_after, const SessionId& id) {
  const auto random = static_cast<std::int64_t>(std::hash<SessionId>{}(id) % 2001);  // 0 .. 2000
  return rekey_after / 10'000 * (9'000 + random);
}

RekeyCause cause_for_rekey(const Step& step, const Session& session, const HealthReport& report) {
  const SecurityPolicy& policy = step.agreed(session).security;
  if (session.keys.operator_wants) return RekeyCause::operator_;
  if (report.failed_opens >= opens_before_rekey(session.suite)) return RekeyCause::failed_opens;
  if (report.blocks >= policy.rekey_after_blocks) return RekeyCause::blocks;
  if (session.keys.flowing >= spread_of(policy.rekey_after, session.id)) return RekeyCause::time;
  return RekeyCause::none;
}

bool is_worn_out(const Step& step, Session& session, const HealthReport& report) {
  SessionKeyState& keys = session.keys;
  if (report.failed_opens >= opens_before_end(session.suite) &&
      !std::exchange(keys.expiry_told, true)) {
    write_event(step, session, "KeyExpired", Reason::key_expired,
                {{"failed_opens", static_cast<std::int64_t>(report.failed_opens)}});
  }
  return report.blocks >= kBlocksPerKey ||
         keys.flowing >= 3 * step.agreed(session).security.rekey_after;
}

}  // namespace jvpn
