// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace jvpn {

/// Where jvpn-gateway listens for jvpnctl when neither says otherwise.
inline constexpr const char* kDefaultControlSocket = "/run/jvpn/gateway.sock";

}  // namespace jvpn
