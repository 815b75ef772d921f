// SPDX-License-Identifier: Apache-2.0
// Keys as operators hold them: 32 bytes in base64, a private one in a file that only its owner
// reads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/secret.h"

namespace jvpn {

/// 32 bytes of standard base64 with padding: 44 characters. Nothing for any other text.
std::optional<Bytes<32>> parse_key(std::string_view base64);
std::string key_text(const Bytes<32>& key);

/// The key that stands in a file by itself; white space after it is allowed.
/// Errors, each naming the file: unreadable, not a regular file, readable by group or others,
/// not a key.
Result<Key32> read_key_file(const std::string& path);

}  // namespace jvpn
