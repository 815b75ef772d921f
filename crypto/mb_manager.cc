// SPDX-License-Identifier: Apache-2.0
#include "crypto/mb_manager.h"

#include <array>
#include <string>

namespace jvpn {
namespace {

constexpr std::uint64_t kSse =
    IMB_FEATURE_SSE4_2 | IMB_FEATURE_CMOV | IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ;
constexpr std::uint64_t kAvx = kSse | IMB_FEATURE_AVX;
constexpr std::uint64_t kAvx2 = kAvx | IMB_FEATURE_AVX2 | IMB_FEATURE_BMI2;
constexpr std::uint64_t kAvx512 = kAvx2 | IMB_FEATURE_AVX512F | IMB_FEATURE_AVX512DQ |
                                  IMB_FEATURE_AVX512CD | IMB_FEATURE_AVX512BW |
                                  IMB_FEATURE_AVX512VL;

struct TierEntry {
  ArchTier tier;
  const char* name;
  std::uint64_t needs;  ///< CPU features
  const char* init;     ///< its function of a manager
};

/// Best first.
constexpr TierEntry kTiers[] = {
    {ArchTier::avx512, "avx512", kAvx512, "init_mb_mgr_avx512"},
    {ArchTier::avx2, "avx2", kAvx2, "init_mb_mgr_avx2"},
#if IMB_VERSION_NUM < IMB_VERSION(2, 0, 0)  // 2.0 has no AVX tier of its own
    {ArchTier::avx, "avx", kAvx, "init_mb_mgr_avx"},
#endif
    {ArchTier::sse, "sse", kSse, "init_mb_mgr_sse"},
};

const TierEntry* choose(ArchTier tier, std::uint64_t features) {
  for (const TierEntry& entry : kTiers) {
    const bool runs_here = (features & entry.needs) == entry.needs;
    if (runs_here && (tier == ArchTier::automatic || tier == entry.tier)) return &entry;
  }
  return nullptr;
}

}  // namespace

const char* tier_name(ArchTier tier) {
  for (const TierEntry& entry : kTiers) {
    if (entry.tier == tier) return entry.name;
  }
  return tier == ArchTier::automatic ? "automatic" : "avx";
}

Result<StartedMbManager> start_mb_manager(ArchTier tier, MbLibrary::Shared library) {
  MbManager manager(library->function<decltype(alloc_mb_mgr)>("alloc_mb_mgr")(0), {library});
  if (!manager) return fail("ipsec-mb could not allocate its manager: out of memory");
  const TierEntry* chosen = choose(tier, manager->features);
  if (chosen == nullptr) {
    return fail(std::string("this CPU or this ipsec-mb (") + IMB_VERSION_STR +
                ") lacks what tier " + tier_name(tier) +
                " needs; AES-NI and PCLMULQDQ are the least");
  }
  library->function<decltype(init_mb_mgr_sse)>(chosen->init)(manager.get());
  const auto error_of = library->function<decltype(imb_get_errno)>("imb_get_errno");
  if (const int error = error_of(manager.get()); error != 0) {
    return fail(std::string("ipsec-mb refused to start tier ") + chosen->name + ": " +
                imb_get_strerror(error));
  }
  return StartedMbManager{std::move(manager), chosen->tier};
}

}  // namespace jvpn
