// SPDX-License-Identifier: Apache-2.0
// What the kernel's link and address messages say of the access interfaces. No socket: messages in,
// path states out.
#pragma once

#include <linux/netlink.h>

#include <string>
#include <vector>

#include "client/route.h"

namespace jvpn::client {

/// What a message changed.
struct LinkChange {
  enum class Kind : std::uint8_t { nothing, state, routes } kind = Kind::nothing;
  std::size_t interface = 0;  ///< position in the list of names
};

class LinkTable {
 public:
  explicit LinkTable(std::vector<std::string> names);

  /// RTM_{NEW,DEL}{LINK,ADDR,ROUTE}; all others change nothing.
  LinkChange on_message(const nlmsghdr& message);
  /// Forget everything but the names: the kernel is asked anew.
  void clear();

  const std::string& name(std::size_t interface) const { return links_[interface].name; }
  std::size_t size() const { return links_.size(); }
  bool exists(std::size_t interface) const { return links_[interface].index != 0; }
  /// The address in use stays as long as it is there; then the newest of the others is taken.
  PathState state(std::size_t interface) const;

 private:
  struct Link {
    std::string name;
    int index = 0;
    bool up = false;
    std::vector<IpAddress> addresses;  ///< usable ones, oldest first
    IpAddress v4;                      ///< the ones in use
    IpAddress v6;
  };

  LinkChange on_link(const nlmsghdr& message, bool is_there);
  LinkChange on_address(const nlmsghdr& message, bool is_there);
  LinkChange on_route(const nlmsghdr& message) const;
  Link* by_index(int index);
  LinkChange changed(const Link& link) const;
  static void choose(Link& link);

  std::vector<Link> links_;
};

}  // namespace jvpn::client
