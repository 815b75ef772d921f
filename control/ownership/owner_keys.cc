// SPDX-License-Identifier: Apache-2.0
#include "control/ownership/owner_keys.h"

#include "base/cursor.h"
#include "control/live_policy.h"
#include "control/rekey.h"
#include "crypto/kdf.h"

namespace jvpn {
namespace {

std::optional<Key32> control_key(const Node& node, const SealedRoot& resume, const SessionId& id,
                                 Direction direction) {
  const auto root = open_resume_root(resume, node.config.cluster.store, id);
  if (!root) return std::nullopt;
  return derive_control_key(*root, direction);
}

}  // namespace

KeyPair owner_ephemeral(const Node& node, const SessionId& session, OwnerEpoch epoch) {
  Bytes<20> context{};
  ByteWriter(context).bytes(session.bytes).number(epoch.value);
  return KeyPair::from_secret(derive(node.owner_secret.view(), "jvpn1 owner ephemeral", context));
}

std::optional<Key32> control_open_key(const Node& node, const SealedRoot& resume,
                                      const SessionId& session) {
  return control_key(node, resume, session, Direction::client_to_gateway);
}

std::optional<Key32> control_seal_key(const Node& node, const SealedRoot& resume,
                                      const SessionId& session) {
  return control_key(node, resume, session, Direction::gateway_to_client);
}

std::optional<Key32> owner_root(const Step& step, const Session& session, const PublicKey& client) {
  const OwnerEpoch epoch = session.version.owner_epoch;
  const KeyPair ours = owner_ephemeral(step.node, session.id, epoch);
  const std::optional<Key32> shared = x25519(ours.secret, client);
  const auto resume =
      open_resume_root(sealed_root_in(session.stored), step.node.config.cluster.store, session.id);
  if (!shared || !resume) return std::nullopt;
  return derive_owner_root(*resume, *shared, session.id, step.node.owner(), epoch);
}

void install_anew(const Step& step, Session& session, const FreshKeys& fresh) {
  uninstall(step, session);
  step.node.sessions.move_to(session, fresh.tag);
  session.key_epoch = fresh.key_epoch;
  session.keys.traffic_root = fresh.root.clone();
  InstallSession action;
  action.tag = fresh.tag;
  action.uplink = derive_traffic_key(fresh.root, fresh.key_epoch, Direction::client_to_gateway);
  action.downlink = derive_traffic_key(fresh.root, fresh.key_epoch, Direction::gateway_to_client);
  const auto open = control_open_key(step.node, sealed_root_in(session.stored), session.id);
  ensure(open.has_value(), "it opened when these keys were derived");
  action.control_open = open->clone();
  action.view = view_of(step, session);
  action.meters = step.policy(session).meters;
  action.routes = session.config->routes;
  step.out.push_back(std::move(action));
  want_policy_told(step, session);
}

void uninstall(const Step& step, Session& session) {
  forget_keys(session);
  if (session.tag == Tag{}) return;
  step.out.push_back(RemoveSession{session.tag, session.config->inner_v4, session.config->inner_v6,
                                   session.config->routes});
}

}  // namespace jvpn
