// SPDX-License-Identifier: Apache-2.0
#include "tests/session/core/protocol_examples.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace jvpn::test {
namespace {

/// JVPN_WRITE_EXAMPLES=1 writes the page instead of comparing it.
TEST(ProtocolExamples, AreWhatTheDocumentationSays) {
  const std::string path = JVPN_EXAMPLES_PAGE;
  const std::string made = protocol_examples();
  if (std::getenv("JVPN_WRITE_EXAMPLES") != nullptr) std::ofstream(path) << made;
  std::ostringstream page;
  page << std::ifstream(path).rdbuf();
  EXPECT_TRUE(page.str() == made)
      << path << " is stale: run this test with JVPN_WRITE_EXAMPLES=1 and look at what changed";
}

}  // namespace
}  // namespace jvpn::test
