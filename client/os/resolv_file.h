// SPDX-License-Identifier: Apache-2.0
// /etc/resolv.conf where nobody manages it: ours in its place while the tunnel is up, the former
// one back afterwards, each by one rename. A kept former file that is found at start was left by a
// run that crashed.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "session/core/address.h"

namespace jvpn::client {

class ResolvFile {
 public:
  explicit ResolvFile(std::string path = "/etc/resolv.conf");

  /// A former run did not put the file back.
  bool has_leftover() const;
  /// Errors: cannot be written or replaced, as where the file is a mount of its own.
  Result<void> set(std::span<const IpAddress> servers);
  /// Puts the former file back, unless somebody else has replaced ours meanwhile: theirs stays.
  Result<void> restore();

 private:
  bool is_ours() const;

  std::string path_;
  std::string kept_;  ///< the former file, or link
};

}  // namespace jvpn::client
