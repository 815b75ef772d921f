// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/last_policy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "apps/gateway/api_json.h"
#include "apps/gateway/config_parts.h"

namespace jvpn {
namespace {

/// Numbers and texts read the same in TOML as in JSON; only the tables want their headings.
std::string as_toml(const Policy& policy) {
  std::string keys = "[policy]\n";
  std::string tables;
  const nlohmann::json all = to_json(policy);
  for (const auto& [name, value] : all.items()) {
    if (!value.is_object()) {
      keys += name + " = " + value.dump() + "\n";
      continue;
    }
    tables += "\n[policy." + name + "]\n";
    for (const auto& [key, number] : value.items()) tables += key + " = " + number.dump() + "\n";
  }
  return keys + tables;
}

Result<void> refuse(const std::string& path) {
  return fail(fmt::format("{}: {}", path, std::strerror(errno)));
}

Result<void> write_whole(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return refuse(path);
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool good = written && fsync(fd) == 0;
  const Result<void> result = good ? Result<void>() : refuse(path);
  close(fd);
  return result;
}

}  // namespace

Result<void> keep_policy(const std::string& path, const Policy& policy) {
  const std::string fresh = path + ".new";
  if (auto written = write_whole(fresh, as_toml(policy)); !written) return written;
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return refuse(path);
  return {};
}

Result<Policy> kept_policy(const std::string& path) {
  auto file = ConfigFile::parse(path);
  if (!file) return tl::unexpected(file.error());
  Policy policy;
  read_policy(*file, file->root(), policy);
  if (auto good = file->finish(); !good) return tl::unexpected(good.error());
  return policy;
}

Result<GatewayConfig> load_config_to_start(const std::string& path) {
  auto config = load_gateway_config(path);
  if (config) return config;
  const Policy any;
  const auto without = load_gateway_config(path, &any);
  if (!without) return config;
  const auto kept = kept_policy(without->last_policy_file);
  if (!kept) return config;
  auto with_kept = load_gateway_config(path, &*kept);
  if (with_kept) with_kept->refused_policy = config.error().what;
  return with_kept;
}

}  // namespace jvpn
