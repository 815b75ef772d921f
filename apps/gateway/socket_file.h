// SPDX-License-Identifier: Apache-2.0
// The path of a unix socket as something that one program owns: claimed before it listens, gone
// when it ends.
#pragma once

#include <string>

#include "base/result.h"

namespace jvpn {

class SocketFile {
 public:
  /// Makes the folder when it is missing (mode 0700) and clears away what a dead gateway left.
  /// Errors: a living process answers there, the path is something else, no permission.
  static Result<SocketFile> claim(const std::string& path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&&) = delete;
  /// Removes the socket, and the folder if claim() made it.
  ~SocketFile();

  const std::string& path() const { return path_; }

 private:
  SocketFile(std::string path, std::string made_folder);

  std::string path_;  ///< empty: moved from
  std::string made_folder_;
};

}  // namespace jvpn
