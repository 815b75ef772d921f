// SPDX-License-Identifier: Apache-2.0
#include "heap_meter.h"

#include <malloc.h>

#include <cstdlib>
#include <new>
#include <utility>

namespace {

constexpr std::int64_t kBlockHeader = 8;  // of glibc's, beside what malloc_usable_size() says

jvpn::bench::HeapMeter* counting = nullptr;

std::int64_t size_of(void* block) {
  return static_cast<std::int64_t>(malloc_usable_size(block)) + kBlockHeader;
}

void* take(std::size_t size) {
  void* const block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  if (counting != nullptr) {
    counting->bytes += size_of(block);
    ++counting->blocks;
  }
  return block;
}

void give_back(void* block) noexcept {
  if (counting != nullptr && block != nullptr) counting->bytes -= size_of(block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
  return take(size);
}
void* operator new[](std::size_t size) {
  return take(size);
}
void operator delete(void* block) noexcept {
  give_back(block);
}
void operator delete[](void* block) noexcept {
  give_back(block);
}
void operator delete(void* block, std::size_t) noexcept {
  give_back(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  give_back(block);
}

namespace jvpn::bench {

HeapMeter::Scope::Scope(HeapMeter* meter) : before_(std::exchange(counting, meter)) {}
HeapMeter::Scope::~Scope() {
  counting = before_;
}

}  // namespace jvpn::bench
