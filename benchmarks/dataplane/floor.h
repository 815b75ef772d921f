// SPDX-License-Identifier: Apache-2.0
// The floor: the bare ipsec-mb AES-256-GCM call of one direction over the packets of a slice, in
// their order, with the gateway's own expanded keys. Nonces are made beforehand. It may prefetch
// the key lines that the call will use, some packets ahead; the best distance counts.
#pragma once

#include <array>
#include <vector>

#include "crypto/mb_manager.h"
#include "traffic.h"

namespace jvpn::bench {

class Floor {
 public:
  /// Packets ahead; 0: no prefetch.
  static constexpr std::array<std::size_t, 4> kAhead{0, 4, 8, 12};

  Floor();
  /// Lays out the calls for a slice, outside of what is measured.
  void prepare(PathRig& rig, std::span<const Packet> packets, Way way);
  void run(std::size_t ahead);
  /// Whether the packets of the slice opened, or were sealed so that they open: the floor does the
  /// work that it is timed for.
  bool worked();

 private:
  struct Call {
    const gcm_key_data* key = nullptr;
    std::uint8_t* data = nullptr;
    std::uint8_t* tag = nullptr;  ///< seal: behind the data; open: `opened_tag`
    std::uint32_t size = 0;
    std::size_t power_lines = 0;  ///< of the key (crypto/key_prefetch.h)
    Bytes<kAeadNonceSize> nonce{};
    Bytes<kAeadTagSize> opened_tag{};
  };
  template <class Cipher>
  void run(Cipher cipher, std::size_t ahead);

  MbManager manager_;
  AeadEngine checker_;
  gcm_context_data context_{};
  Way way_ = Way::uplink;
  std::vector<Packet> packets_;
  std::vector<Call> calls_;
};

}  // namespace jvpn::bench
