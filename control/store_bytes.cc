// SPDX-License-Identifier: Apache-2.0
#include "control/store_bytes.h"

#include <algorithm>
#include <atomic>
#include <new>

#include "base/ensure.h"

namespace jvpn {

/// What the bytes lie behind, in one piece of memory with them.
struct StoreBytes::Shared {
  explicit Shared(std::string_view bytes) : size(static_cast<std::uint32_t>(bytes.size())) {
    std::ranges::copy(bytes, begin());
  }
  char* begin() { return reinterpret_cast<char*>(this + 1); }

  std::atomic<std::uint32_t> holders{1};
  std::uint32_t size;
};

StoreBytes::StoreBytes(std::string_view bytes) {
  ensure(bytes.size() <= UINT32_MAX, "keys and values of the store are small");
  if (bytes.empty()) return;
  shared_ = new (::operator new(sizeof(Shared) + bytes.size())) Shared(bytes);
}

std::string_view StoreBytes::view() const {
  if (shared_ == nullptr) return {};
  return {shared_->begin(), shared_->size};
}

StoreBytes::Shared* StoreBytes::held() const {
  // Relaxed: whoever copies holds one already.
  if (shared_ != nullptr) shared_->holders.fetch_add(1, std::memory_order_relaxed);
  return shared_;
}

void StoreBytes::let_go() {
  // Acquire and release: what others read of it comes before it goes.
  if (shared_ == nullptr || shared_->holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  shared_->~Shared();
  ::operator delete(shared_);
}

}  // namespace jvpn
