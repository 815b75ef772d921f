// SPDX-License-Identifier: Apache-2.0
#include "client/os/resolv_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "client/os/file_handle.h"

namespace jvpn::client {
namespace {

constexpr std::string_view kMark = "# jvpn put this file here; the former one is kept beside it\n";

Result<void> failed(const std::string& path) {
  return fail(path + ": " + std::strerror(errno));
}

Result<void> write_durably(const std::string& path, std::string_view text) {
  const FileHandle file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file.is_open()) return failed(path);
  const ssize_t written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()) || fsync(file.get()) != 0) return failed(path);
  return {};
}

}  // namespace

ResolvFile::ResolvFile(std::string path) : path_(std::move(path)), kept_(path_ + ".before-jvpn") {}

bool ResolvFile::has_leftover() const {
  return faccessat(AT_FDCWD, kept_.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool ResolvFile::is_ours() const {
  std::ifstream file(path_);
  std::string line;
  return std::getline(file, line) && line + '\n' == kMark;
}

Result<void> ResolvFile::set(std::span<const IpAddress> servers) {
  std::string text(kMark);
  for (const IpAddress& server : servers) {
    if (!server.is_unset()) text += "nameserver " + to_string(server) + '\n';
  }
  const std::string fresh = path_ + ".jvpn";
  if (auto written = write_durably(fresh, text); !written) return written;
  // The former one gets a second name, link or file as it is, so that it is never gone.
  const bool keeps = has_leftover();
  if (!keeps && linkat(AT_FDCWD, path_.c_str(), AT_FDCWD, kept_.c_str(), 0) != 0 &&
      errno != ENOENT) {
    return failed(kept_);
  }
  if (std::rename(fresh.c_str(), path_.c_str()) == 0) return {};
  const Result<void> why = failed(path_);
  unlink(fresh.c_str());
  if (!keeps) unlink(kept_.c_str());
  return why;
}

Result<void> ResolvFile::restore() {
  const bool ours = is_ours();
  if (!has_leftover()) {
    if (ours && unlink(path_.c_str()) != 0) return failed(path_);
    return {};
  }
  if (!ours) {
    if (unlink(kept_.c_str()) != 0) return failed(kept_);
    return {};
  }
  if (std::rename(kept_.c_str(), path_.c_str()) != 0) return failed(path_);
  return {};
}

}  // namespace jvpn::client
