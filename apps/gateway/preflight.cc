// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/preflight.h"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace jvpn {
namespace {

struct Need {
  std::string_view driver;  ///< beginning of the device's name; of PCI addresses: nothing
  int capability;
  const char* name;
};
constexpr std::array kNeeds{
    Need{"net_af_packet", CAP_NET_RAW, "CAP_NET_RAW"},
    Need{"net_tap", CAP_NET_ADMIN, "CAP_NET_ADMIN"},
    Need{"net_", -1, ""},  // ring, null, memif, pcap: none
    Need{"", CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
};

bool has_capability(int capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (syscall(SYS_capget, &header, data.data()) != 0) return false;
  const auto index = static_cast<std::size_t>(CAP_TO_INDEX(capability));
  return (data[index].effective & CAP_TO_MASK(capability)) != 0;
}

Result<void> check_device(const std::string& device) {
  for (const Need& need : kNeeds) {
    if (!device.starts_with(need.driver)) continue;
    if (need.capability < 0 || has_capability(need.capability)) return {};
    return fail(fmt::format("device \"{}\" needs {}; run as root", device, need.name));
  }
  return {};
}

}  // namespace

Result<void> check_privileges(const PlaneConfig& config) {
  for (const PortConfig& port : config.underlays) {
    if (auto fine = check_device(port.device); !fine) return fine;
  }
  return check_device(config.plaintext.device);
}

}  // namespace jvpn
