// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/gateway_watch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

namespace jvpn::churn {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// proc(5): utime and stime are the 12th and 13th word behind the command's closing parenthesis.
Duration process_time(const std::string& stat) {
  std::istringstream words(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
  std::string skipped;
  for (int i = 0; i < 11; ++i) words >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  words >> user >> system;
  return Duration(1s) / sysconf(_SC_CLK_TCK) * (user + system);
}

std::uint64_t kib_behind(const std::string& status, const std::string& name) {
  const std::size_t at = status.find(name + ":");
  return at == status.npos ? 0 : std::stoull(status.substr(at + name.size() + 1));
}

}  // namespace

GatewayWatch::Reading GatewayWatch::read() const {
  if (!is_known()) return {};
  Reading reading;
  const std::string process = fmt::format("/proc/{}/", pid_);
  std::int64_t on_processor = 0;
  std::istringstream(text_of(fmt::format("{}task/{}/schedstat", process, pid_))) >> on_processor;
  reading.control = Duration(on_processor);
  reading.process = process_time(text_of(process + "stat"));
  const std::string status = text_of(process + "status");
  reading.rss_kib = kib_behind(status, "VmRSS");
  reading.huge_kib = kib_behind(status, "HugetlbPages");
  return reading;
}

Duration own_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + Duration(time.tv_nsec);
}

}  // namespace jvpn::churn
