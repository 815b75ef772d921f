// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/audit_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace jvpn {
namespace {

constexpr off_t kLongestLine = 64 * 1024;
constexpr std::size_t kKeptInMemory = 1 << 20;

Result<std::string> read_tail(int fd, const std::string& path) {
  struct stat about {};
  if (fstat(fd, &about) != 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
  if (!S_ISREG(about.st_mode)) return std::string();  // a pipe or device: nothing to continue
  std::string tail(static_cast<std::size_t>(std::min(about.st_size, kLongestLine)), '\0');
  const ssize_t size =
      pread(fd, tail.data(), tail.size(), about.st_size - static_cast<off_t>(tail.size()));
  if (size < 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
  tail.resize(static_cast<std::size_t>(size));
  return tail;
}

/// The last line that ends; what a crash cut short behind it was never said.
std::string_view last_whole_line(std::string_view tail) {
  const std::size_t end = tail.rfind('\n');
  if (end == tail.npos) return {};
  const std::size_t before = end == 0 ? tail.npos : tail.rfind('\n', end - 1);
  const std::size_t begin = before == tail.npos ? 0 : before + 1;
  return tail.substr(begin, end - begin);
}

Result<AuditPosition> find_position(std::string_view tail, const std::string& path) {
  const std::string_view line = last_whole_line(tail);
  if (line.empty()) return AuditPosition{};
  auto position = position_after(line);
  if (position) return position;
  return fail(fmt::format("{}: its last line is no audit event ({}); move the file away", path,
                          position.error().what));
}

/// The part that still found room: the next line must not continue it. Where it cannot be cut off
/// (a pipe), readers see one line that is none.
void take_back(int fd, ssize_t written) {
  struct stat about {};
  if (fstat(fd, &about) != 0 || ftruncate(fd, about.st_size - written) != 0) {
    [[maybe_unused]] const ssize_t apart = write(fd, "\n", 1);
  }
}

}  // namespace

Result<AuditFile> AuditFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
  AuditFile file(fd, AuditPosition{});
  const auto tail = read_tail(fd, path);
  if (!tail) return tl::unexpected(tail.error());
  auto position = find_position(*tail, path);
  if (!position) return tl::unexpected(position.error());
  file.position_ = std::move(*position);
  file.torn_ = !tail->empty() && tail->back() != '\n';
  if (file.torn_) file.append("\n");  // keep it apart
  return file;
}

AuditFile::AuditFile(AuditFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      position_(std::move(other.position_)),
      since_let_go_(other.since_let_go_),
      lines_lost_(other.lines_lost_),
      torn_(other.torn_) {}

AuditFile::~AuditFile() {
  if (fd_ >= 0) close(fd_);
}

bool AuditFile::append(std::string_view lines) {
  const ssize_t written = write(fd_, lines.data(), lines.size());
  if (written == static_cast<ssize_t>(lines.size())) {
    let_go(lines.size());
    return true;
  }
  lines_lost_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
  if (written > 0) take_back(fd_, written);
  return false;
}

void AuditFile::let_go(std::size_t written) {
  since_let_go_ += written;
  if (since_let_go_ < kKeptInMemory) return;
  since_let_go_ = 0;
  // Starts writing what is dirty, drops what is clean. No promise, and of no use to a pipe.
  posix_fadvise(fd_, 0, 0, POSIX_FADV_DONTNEED);
}

}  // namespace jvpn
