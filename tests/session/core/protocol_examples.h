// SPDX-License-Identifier: Apache-2.0
// docs/PROTOCOL_EXAMPLES.md, made by the product's own code from fixed keys.
#pragma once

#include <string>

namespace jvpn::test {

std::string protocol_examples();

}  // namespace jvpn::test
