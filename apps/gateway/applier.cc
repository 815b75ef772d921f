// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/applier.h"

#include <algorithm>

#include "base/ensure.h"
#include "dataplane/routes.h"

namespace jvpn {

void Applier::apply(const Actions& actions) {
  for (const Action& action : actions) {
    if (const auto* audit = std::get_if<WriteAudit>(&action)) outlets_.record(audit->event);
  }
  outlets_.keep_record();
  for (const Action& action : actions) {
    std::visit([this](const auto& one) { carry_out(one); }, action);
  }
}

void Applier::carry_out(const InstallSession& action) {
  SessionKeys keys;
  const Suite suite = action.view.suite;
  aead_.expand(suite, action.uplink.key, action.uplink.iv, keys.uplink);
  aead_.expand(suite, action.downlink.key, action.downlink.iv, keys.downlink);
  std::ranges::copy(action.control_open.view(), keys.control_open.begin());
  set_meters(action.tag, action.meters);
  shared_.table.install(action.tag, keys, snapshot_of(action.view));
  wipe_key(keys.uplink);
  wipe_key(keys.downlink);
  sodium_memzero(keys.control_open.data(), keys.control_open.size());
  assign(action.view.inner_v4, action.tag);
  assign(action.view.inner_v6, action.tag);
  const std::uint32_t slot = GatewayTag::unpack(action.tag).slot;
  for (const IpPrefix& route : action.routes) routes().assign(route, slot);
}

void Applier::carry_out(const PublishView& action) {
  waiting_.erase(action.tag);  // older than this one
  set_meters(action.tag, action.meters);
  if (publish(action.tag, action.view)) return;
  waiting_.insert_or_assign(action.tag, action.view);
  ++publications_delayed_;
}

void Applier::carry_out(const StageKeys& action) {
  SessionKeys keys;
  aead_.expand(action.suite, action.uplink.key, action.uplink.iv, keys.uplink);
  aead_.expand(action.suite, action.downlink.key, action.downlink.iv, keys.downlink);
  shared_.table.stage_keys(action.tag, action.key_epoch, keys);
  wipe_key(keys.uplink);
  wipe_key(keys.downlink);
}

void Applier::carry_out(const RemoveSession& action) {
  waiting_.erase(action.tag);
  clear(action.inner_v4, action.tag);
  clear(action.inner_v6, action.tag);
  const std::uint32_t slot = GatewayTag::unpack(action.tag).slot;
  for (const IpPrefix& route : action.routes) routes().clear(route, slot);
  shared_.table.remove(action.tag);
}

std::size_t Applier::retry_publications() {
  for (auto at = waiting_.begin(); at != waiting_.end() && publish(at->first, at->second);) {
    at = waiting_.erase(at);
  }
  return waiting_.size();
}

Snapshot Applier::snapshot_of(const SessionView& view) {
  Snapshot snapshot;
  snapshot.view = view;
  if (view.has_binding()) snapshot.outer = outlets_.outer_to(view.underlay, view.bound);
  return snapshot;
}

bool Applier::publish(Tag tag, const SessionView& view) {
  return shared_.table.publish(tag, snapshot_of(view));
}

AddressPool* Applier::pool_of(const IpAddress& address) const {
  if (address.is_unset()) return nullptr;
  AddressPool* pool = address.is_v4() ? shared_.pool_v4 : shared_.pool_v6;
  return pool != nullptr && pool->contains(address) ? pool : nullptr;
}

Routes& Applier::routes() const {
  ensure(shared_.routes != nullptr, "where a peer has routes, there is room for them");
  return *shared_.routes;
}

void Applier::set_meters(Tag tag, const MetersPolicy& meters) {
  shared_.table.set_meters(tag, profile_of(meters.up), profile_of(meters.down));
}

void Applier::assign(const IpAddress& address, Tag tag) {
  if (AddressPool* pool = pool_of(address)) pool->assign(address, GatewayTag::unpack(tag).slot);
}

/// A newer session of the same peer may have the address by now: that one keeps it.
void Applier::clear(const IpAddress& address, Tag tag) {
  AddressPool* pool = pool_of(address);
  if (pool != nullptr && pool->slot_of(address) == GatewayTag::unpack(tag).slot) {
    pool->clear(address);
  }
}

}  // namespace jvpn
