// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/socket_file.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace jvpn {
namespace {

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(
        fmt::format("{}: a socket's path has 1 to {} bytes", path, sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

/// 0 when somebody listens there, else why not.
int try_connect(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const int status = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = status == 0 ? 0 : errno;
  close(fd);
  return error;
}

Result<void> clear_remains(const std::string& path, const sockaddr_un& address) {
  struct stat about {};
  if (lstat(path.c_str(), &about) != 0) return {};
  if (!S_ISSOCK(about.st_mode)) {
    return fail(fmt::format("{}: exists and is not a socket", path));
  }
  const int error = try_connect(address);
  if (error == 0) return fail(fmt::format("{}: another gateway is running there", path));
  if (error != ECONNREFUSED || unlink(path.c_str()) != 0) {
    return fail(fmt::format("{}: {}", path, std::strerror(error != ECONNREFUSED ? error : errno)));
  }
  return {};
}

/// Makes the folder of `path` if need be; returns what was made, or nothing.
Result<std::string> make_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty() || mkdir(folder.c_str(), 0700) == 0) return folder;
  if (errno == EEXIST) return std::string();
  return fail(fmt::format("{}: {}", folder, std::strerror(errno)));
}

}  // namespace

SocketFile::SocketFile(std::string path, std::string made_folder)
    : path_(std::move(path)), made_folder_(std::move(made_folder)) {}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), made_folder_(std::exchange(other.made_folder_, {})) {}

SocketFile::~SocketFile() {
  if (path_.empty()) return;
  unlink(path_.c_str());
  if (!made_folder_.empty()) rmdir(made_folder_.c_str());
}

Result<SocketFile> SocketFile::claim(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return tl::unexpected(address.error());
  auto made_folder = make_folder(path);
  if (!made_folder) return tl::unexpected(made_folder.error());
  if (auto clear = clear_remains(path, *address); !clear) return tl::unexpected(clear.error());
  return SocketFile(path, *made_folder);
}

}  // namespace jvpn
