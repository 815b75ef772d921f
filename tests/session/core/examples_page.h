// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>

#include "tests/session/core/hex.h"

namespace jvpn::test {

/// Markdown, built up line by line.
class Page {
 public:
  void title(const std::string& text) { out_ += "\n## " + text + "\n\n"; }
  void say(const std::string& text) { out_ += text + "\n\n"; }
  /// A table of names and values, to be closed by end().
  void begin() { out_ += "```\n"; }
  void row(const std::string& name, ByteView bytes) { out_ += name + "\n" + folded(bytes); }
  void row(const std::string& name, const std::string& text) {
    out_ += name + "\n  " + text + "\n";
  }
  void end() { out_ += "```\n"; }
  std::string text() const { return out_; }

 private:
  static std::string folded(ByteView bytes) {
    std::string lines;
    for (std::size_t i = 0; i < bytes.size(); i += 32) {
      lines += "  " + hex(bytes.subspan(i, std::min<std::size_t>(32, bytes.size() - i))) + "\n";
    }
    return bytes.empty() ? "  (empty)\n" : lines;
  }
  std::string out_;
};

}  // namespace jvpn::test
