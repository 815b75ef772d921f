// SPDX-License-Identifier: Apache-2.0
// One table of a ConfigFile. Every reader takes a key and where its value goes; an absent key
// leaves the default there; a bad one is refused with file, line, column, key, value and what was
// expected. Each returns whether a good value stood there.
#pragma once

#include <toml++/toml.h>

#include <concepts>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace jvpn {

struct ConfigState;

class ConfigTable {
 public:
  /// `table` may be null: a table that is not there has no keys.
  ConfigTable(ConfigState& state, const toml::table* table, std::string name);

  bool exists() const { return table_ != nullptr; }
  bool has(std::string_view key) const;

  /// Without bounds given: all that T can hold.
  template <std::integral T>
  bool number(std::string_view key, T& out, T low = std::numeric_limits<T>::min(),
              T high = std::numeric_limits<T>::max()) {
    std::int64_t wide = 0;
    if (!whole_number(key, wide, {std::int64_t{low}, std::int64_t{high}})) return false;
    out = static_cast<T>(wide);
    return true;
  }
  bool numbers(std::string_view key, std::vector<unsigned>& out, unsigned high);
  bool real(std::string_view key, double& out);
  /// Whole milliseconds, 0 to a hundred years; the ranges that mean something are policy's.
  bool milliseconds(std::string_view key, Duration& out);
  bool flag(std::string_view key, bool& out);
  bool text(std::string_view key, std::string& out);
  bool texts(std::string_view key, std::vector<std::string>& out);

  /// Text that `parse` (string_view -> optional<T>) understands; `expected` says what that is.
  template <class T, class Parse>
  bool parsed(std::string_view key, T& out, Parse parse, std::string_view expected) {
    std::string value;
    if (!text(key, value)) return false;
    const auto result = parse(value);
    if (!result) {
      refuse(key, expected);
      return false;
    }
    out = *result;
    return true;
  }
  /// One word of a list.
  template <class T>
  bool choice(std::string_view key, T& out,
              std::initializer_list<std::pair<std::string_view, T>> words) {
    std::string expected;
    for (const auto& [word, value] : words) {
      expected += (expected.empty() ? "one of: " : ", ") + std::string(word);
    }
    const auto parse = [&](std::string_view text) -> std::optional<T> {
      for (const auto& [word, value] : words) {
        if (word == text) return value;
      }
      return std::nullopt;
    };
    return parsed(key, out, parse, expected);
  }

  /// A table inside this one; one that is not there has no keys.
  ConfigTable table(std::string_view key);
  /// The tables of [[key]]; none when it is not there.
  std::vector<ConfigTable> tables(std::string_view key);

  /// Whatever stands there, at any depth, is nobody's business.
  void pass_over(std::string_view key);

  /// Refuses the table when the key is missing: "lacks KEY: expected ...". Returns has(key).
  bool require(std::string_view key, std::string_view expected);
  /// Refuses the value of a key: "KEY = VALUE: expected ...".
  void refuse(std::string_view key, std::string_view expected);
  /// The same in other words, for what is wrong outside this file: "KEY = VALUE: WHAT".
  void complain(std::string_view key, std::string_view what);
  /// "table.key"
  std::string full_name(std::string_view key) const;
  /// Where the key stands, for messages about two places.
  std::uint32_t line_of(std::string_view key) const;

 private:
  const toml::node* find(std::string_view key);
  bool whole_number(std::string_view key, std::int64_t& out,
                    std::pair<std::int64_t, std::int64_t> range);
  toml::source_region where(std::string_view key) const;

  ConfigState* state_;
  const toml::table* table_;
  std::string name_;  ///< dotted; empty: the root
};

}  // namespace jvpn
