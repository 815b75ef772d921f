// SPDX-License-Identifier: Apache-2.0
#include "control/store_bytes.h"

#include <algorithm>

#include "base/ensure.h"

namespace jvpn {

StoreBytes::StoreBytes(std::string_view bytes) : size_(static_cast<std::uint32_t>(bytes.size())) {
  ensure(bytes.size() <= UINT32_MAX, "keys and values of the store are small");
  if (bytes.empty()) return;
  auto copy = std::make_shared<char[]>(bytes.size());
  std::ranges::copy(bytes, copy.get());
  bytes_ = std::move(copy);
}

}  // namespace jvpn
