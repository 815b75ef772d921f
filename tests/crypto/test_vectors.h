// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace jvpn::test {

using Buffer = std::vector<std::uint8_t>;

/// Throws on what is no hex: a test vector that cannot be read must not pass.
Buffer unhex(const std::string& text);
std::string to_hex(ByteView bytes);

template <std::size_t N>
Bytes<N> unhex_exactly(const std::string& text) {
  const Buffer bytes = unhex(text);
  if (bytes.size() != N) throw std::invalid_argument("not of the size wanted: " + text);
  Bytes<N> out;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

/// A file of public vectors, from $JVPN_VECTORS or ../shared/vectors beside the source tree; none
/// where neither is there.
std::optional<nlohmann::json> public_vectors(const std::string& file);

}  // namespace jvpn::test

/// Loads the file into `name`, or ends the test saying what stays unproven.
#define JVPN_VECTORS_OR_SKIP(name, file)                                                      \
  const std::optional<nlohmann::json> name##_loaded = jvpn::test::public_vectors(file);       \
  if (!name##_loaded)                                                                         \
    GTEST_SKIP() << "unproven here: " << file << " (set JVPN_VECTORS to the folder that has " \
                 << "it); the known answers in the tree were still checked";                  \
  const nlohmann::json& name = *name##_loaded
