// SPDX-License-Identifier: Apache-2.0
#include "client/os/link_table.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace jvpn::client {
namespace {

template <class T>
const T& body_of(const nlmsghdr& message) {
  return *static_cast<const T*>(mnl_nlmsg_get_payload(&message));
}

struct Search {
  std::uint16_t kind;
  const nlattr* found;
};

int look_at(const nlattr* attribute, void* search) {
  auto& wanted = *static_cast<Search*>(search);
  if (mnl_attr_get_type(attribute) == wanted.kind) wanted.found = attribute;
  return MNL_CB_OK;
}

/// The attribute of this kind behind a body of type T, or nothing.
template <class T>
const nlattr* attribute(const nlmsghdr& message, std::uint16_t kind) {
  Search search{kind, nullptr};
  mnl_attr_parse(&message, sizeof(T), look_at, &search);
  return search.found;
}

std::optional<IpAddress> address_of(const nlattr& attribute) {
  const std::size_t size = mnl_attr_get_payload_len(&attribute);
  if (size == 4) {
    Bytes<4> octets;
    std::memcpy(octets.data(), mnl_attr_get_payload(&attribute), 4);
    return IpAddress::v4(octets);
  }
  if (size != 16) return std::nullopt;
  Bytes<16> octets;
  std::memcpy(octets.data(), mnl_attr_get_payload(&attribute), 16);
  return IpAddress::v6(octets);
}

/// The address itself: on point-to-point links IFA_ADDRESS is the peer's.
std::optional<IpAddress> address_of(const nlmsghdr& message) {
  const nlattr* local = attribute<ifaddrmsg>(message, IFA_LOCAL);
  if (local == nullptr) local = attribute<ifaddrmsg>(message, IFA_ADDRESS);
  return local != nullptr ? address_of(*local) : std::nullopt;
}

/// May datagrams to the world leave from it now?
bool is_usable(const nlmsghdr& message) {
  const auto& about = body_of<ifaddrmsg>(message);
  const nlattr* wide = attribute<ifaddrmsg>(message, IFA_FLAGS);
  const std::uint32_t flags = wide != nullptr ? mnl_attr_get_u32(wide) : about.ifa_flags;
  if ((flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED)) != 0) return false;
  return about.ifa_scope < RT_SCOPE_LINK;
}

}  // namespace

LinkTable::LinkTable(std::vector<std::string> names) {
  for (std::string& name : names) links_.push_back(Link{std::move(name), 0, false, {}, {}, {}});
}

void LinkTable::clear() {
  for (Link& link : links_) {
    link.index = 0;
    link.up = false;
    link.addresses.clear();
  }
}

LinkTable::Link* LinkTable::by_index(int index) {
  const auto found = std::find_if(links_.begin(), links_.end(),
                                  [&](const Link& link) { return link.index == index; });
  return index != 0 && found != links_.end() ? &*found : nullptr;
}

LinkChange LinkTable::changed(const Link& link) const {
  return {LinkChange::Kind::state, static_cast<std::size_t>(&link - links_.data())};
}

LinkChange LinkTable::on_message(const nlmsghdr& message) {
  switch (message.nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
      return on_link(message, message.nlmsg_type == RTM_NEWLINK);
    case RTM_NEWADDR:
    case RTM_DELADDR:
      return on_address(message, message.nlmsg_type == RTM_NEWADDR);
    case RTM_NEWROUTE:
      return on_route(message);
    default:
      return {};
  }
}

LinkChange LinkTable::on_link(const nlmsghdr& message, bool is_there) {
  const auto& about = body_of<ifinfomsg>(message);
  const nlattr* name = attribute<ifinfomsg>(message, IFLA_IFNAME);
  if (about.ifi_family != AF_UNSPEC || name == nullptr) return {};
  const auto named = std::find_if(links_.begin(), links_.end(), [&](const Link& link) {
    return link.name == mnl_attr_get_str(name);
  });
  Link* before = by_index(about.ifi_index);
  const bool is_ours = is_there && named != links_.end();
  if (before != nullptr && (!is_ours || before != &*named)) {  // deleted, or renamed away
    *before = Link{std::move(before->name), 0, false, {}, {}, {}};
    if (!is_ours) return changed(*before);
  }
  if (!is_ours) return {};
  if (named->index != about.ifi_index) named->addresses.clear();
  named->index = about.ifi_index;
  named->up = (about.ifi_flags & IFF_UP) != 0 && (about.ifi_flags & IFF_RUNNING) != 0;
  choose(*named);
  return changed(*named);
}

LinkChange LinkTable::on_address(const nlmsghdr& message, bool is_there) {
  Link* link = by_index(static_cast<int>(body_of<ifaddrmsg>(message).ifa_index));
  const std::optional<IpAddress> address = address_of(message);
  if (link == nullptr || !address) return {};
  auto& known = link->addresses;
  const auto at = std::find(known.begin(), known.end(), *address);
  const bool usable = is_there && is_usable(message);
  // Told again, as when it is promoted from secondary to primary: its routes are new.
  if (usable && at != known.end()) return {LinkChange::Kind::routes, changed(*link).interface};
  if (!usable && at == known.end()) return {};
  if (usable) {
    known.push_back(*address);
  } else {
    known.erase(at);
  }
  choose(*link);
  return changed(*link);
}

LinkChange LinkTable::on_route(const nlmsghdr& message) const {
  if (body_of<rtmsg>(message).rtm_type != RTN_UNICAST) return {};
  const nlattr* out = attribute<rtmsg>(message, RTA_OIF);
  if (out == nullptr) return {};
  const int index = static_cast<int>(mnl_attr_get_u32(out));
  const auto link = std::find_if(links_.begin(), links_.end(),
                                 [&](const Link& candidate) { return candidate.index == index; });
  if (link == links_.end()) return {};
  return {LinkChange::Kind::routes, static_cast<std::size_t>(link - links_.begin())};
}

void LinkTable::choose(Link& link) {
  const auto pick = [&](IpAddress in_use, bool v4) {
    IpAddress newest;
    for (const IpAddress& address : link.addresses) {
      if (address.is_v4() != v4) continue;
      if (address == in_use) return in_use;
      newest = address;
    }
    return newest;
  };
  link.v4 = pick(link.v4, true);
  link.v6 = pick(link.v6, false);
}

PathState LinkTable::state(std::size_t interface) const {
  const Link& link = links_[interface];
  return {link.up, link.v4, link.v6};
}

}  // namespace jvpn::client
