// SPDX-License-Identifier: Apache-2.0
#include "apps/common/key_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace jvpn {
namespace {

constexpr std::size_t kKeyTextSize = 44;
constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;

class FileHandle {
 public:
  explicit FileHandle(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~FileHandle() {
    if (fd_ >= 0) close(fd_);
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Result<void> check_kind_and_mode(const FileHandle& file, const std::string& path) {
  struct stat about {};
  if (file.fd() < 0 || fstat(file.fd(), &about) != 0) {
    return fail(fmt::format("{}: {}", path, std::strerror(errno)));
  }
  if (!S_ISREG(about.st_mode)) return fail(fmt::format("{}: not a regular file", path));
  if ((about.st_mode & 077) != 0) {
    return fail(fmt::format("{}: mode {:04o} lets others at this secret; run: chmod 600 {}", path,
                            about.st_mode & 07777, path));
  }
  return {};
}

}  // namespace

std::optional<Bytes<32>> parse_key(std::string_view base64) {
  Bytes<32> key{};
  std::size_t size = 0;
  const int status = sodium_base642bin(key.data(), key.size(), base64.data(), base64.size(),
                                       nullptr, &size, nullptr, kBase64);
  if (status != 0 || size != key.size() || base64.size() != kKeyTextSize) return std::nullopt;
  return key;
}

std::string key_text(const Bytes<32>& key) {
  std::array<char, kKeyTextSize + 1> text{};
  sodium_bin2base64(text.data(), text.size(), key.data(), key.size(), kBase64);
  return text.data();
}

Result<Key32> read_key_file(const std::string& path) {
  const FileHandle file(path);
  if (auto fit = check_kind_and_mode(file, path); !fit) return tl::unexpected(fit.error());
  Secret<128> text;
  const ssize_t size = read(file.fd(), text.writable().data(), text.view().size());
  if (size < 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
  std::string_view key(reinterpret_cast<const char*>(text.view().data()),
                       static_cast<std::size_t>(size));
  while (!key.empty() && std::strchr(" \t\r\n", key.back()) != nullptr) key.remove_suffix(1);
  std::optional<Bytes<32>> bytes = parse_key(key);
  if (!bytes) return fail(fmt::format("{}: expected 32 bytes in base64 and nothing else", path));
  Key32 out = Key32::take(*bytes);
  return out;
}

}  // namespace jvpn
