// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/flight_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace jvpn {

Result<FlightFile> FlightFile::create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return fail(fmt::format("--record {}: {}", path, std::strerror(errno)));
  return FlightFile(fd);
}

FlightFile::FlightFile(FlightFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FlightFile::~FlightFile() {
  if (fd_ >= 0) close(fd_);
}

bool FlightFile::append(ByteView frame) {
  if (fd_ < 0) return true;
  if (write(fd_, frame.data(), frame.size()) == static_cast<ssize_t>(frame.size())) return true;
  close(std::exchange(fd_, -1));
  return false;
}

Result<ReplayReport> replay_flight(const std::string& path,
                                   const std::function<ControlConfig(RandomSource&)>& configure) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(fmt::format("--replay {}: {}", path, std::strerror(errno)));
  const std::vector<char> text{std::istreambuf_iterator<char>(file), {}};
  const ByteView tape(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  return replay(tape, configure);
}

}  // namespace jvpn
