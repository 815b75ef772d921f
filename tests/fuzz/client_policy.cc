// SPDX-License-Identifier: Apache-2.0
// The client's part of a policy, as it travels; and policy versions as text.
#include "session/core/client_policy.h"

#include "session/core/client_policy_layout.h"
#include "session/core/wire_fields.h"
#include "tests/fuzz/fuzz.h"

namespace jvpn::fuzz {
namespace {

Mark read("read");
Mark valid("valid");
Mark version("a version as text");

void as_layout(ByteView input) {
  ClientPolicy policy;
  FieldReader field(input);
  visit_policy(policy, field);
  if (!read.hit_if(field.cursor().finished())) return;
  Bytes<kClientPolicySize> out{};
  FieldWriter writer(out);
  visit_policy(policy, writer);
  expect_same(input, out, "every number of the wire survives the types in between");
  valid.hit_if(is_valid(policy));
}

void as_text(ByteView input) {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const std::optional<PolicyVersion> parsed = parse_policy_version(text);
  if (!version.hit_if(parsed.has_value())) return;
  ensure(parse_policy_version(to_string(*parsed)) == parsed, "a version's text names it");
}

}  // namespace

void one(ByteView input) {
  as_layout(input);
  as_text(input);
}

void seeds(const Keep& keep) {
  Policy policy;
  Bytes<kClientPolicySize> out{};
  const auto keep_written = [&](std::string_view name) {
    FieldWriter writer(out);
    const ClientPolicy part = client_part(policy);
    visit_policy(part, writer);
    keep(name, out);
  };
  keep_written("defaults");
  policy.volatility.loss_volatile_threshold = 1;
  policy.switching.on_recovery_timeout = OnRecoveryTimeout::terminate;
  policy.switching.max_switches_per_min = 0;
  keep_written("strict");
  constexpr std::string_view kVersion = "65535.10";
  keep("version", {reinterpret_cast<const std::uint8_t*>(kVersion.data()), kVersion.size()});
}

}  // namespace jvpn::fuzz
