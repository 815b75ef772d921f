// SPDX-License-Identifier: Apache-2.0
#include "apps/common/config_table.h"

#include <fmt/format.h>

#include <sstream>

#include "apps/common/config_state.h"

namespace jvpn {
namespace {

constexpr std::int64_t kLongestMs = 100LL * 365 * 24 * 3600 * 1000;

std::string value_text(const toml::node& node) {
  if (node.is_table()) return "a table";
  std::ostringstream out;
  node.visit([&](const auto& value) { out << value; });
  return out.str();
}

/// The node and whatever is inside it.
void know_all(const toml::node& node, ConfigState& state) {
  state.known.insert(&node);
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, inner] : *table) know_all(inner, state);
  } else if (const toml::array* list = node.as_array()) {
    for (const toml::node& inner : *list) know_all(inner, state);
  }
}

}  // namespace

ConfigTable::ConfigTable(ConfigState& state, const toml::table* table, std::string name)
    : state_(&state), table_(table), name_(std::move(name)) {}

bool ConfigTable::has(std::string_view key) const {
  return table_ != nullptr && table_->contains(key);
}

const toml::node* ConfigTable::find(std::string_view key) {
  const toml::node* node = table_ != nullptr ? table_->get(key) : nullptr;
  if (node != nullptr) state_->known.insert(node);
  return node;
}

void ConfigTable::pass_over(std::string_view key) {
  const toml::node* node = find(key);
  if (node != nullptr) know_all(*node, *state_);
}

std::string ConfigTable::full_name(std::string_view key) const {
  return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
}

bool ConfigTable::whole_number(std::string_view key, std::int64_t& out,
                               std::pair<std::int64_t, std::int64_t> range) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  const toml::value<std::int64_t>* value = node->as_integer();
  if (value == nullptr || **value < range.first || **value > range.second) {
    refuse(key, fmt::format("a whole number from {} to {}", range.first, range.second));
    return false;
  }
  out = **value;
  return true;
}

bool ConfigTable::numbers(std::string_view key, std::vector<unsigned>& out, unsigned high) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  std::vector<unsigned> read;
  const toml::array* list = node->as_array();
  bool good = list != nullptr;
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    const toml::value<std::int64_t>* value = (*list)[i].as_integer();
    good = value != nullptr && **value >= 0 && **value <= std::int64_t{high};
    if (good) read.push_back(static_cast<unsigned>(**value));
  }
  if (good) {
    out = std::move(read);
  } else {
    refuse(key, fmt::format("a list of whole numbers from 0 to {}", high));
  }
  return good;
}

bool ConfigTable::real(std::string_view key, double& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  if (!node->is_number()) {
    refuse(key, "a number");
    return false;
  }
  out =
      node->is_integer() ? static_cast<double>(**node->as_integer()) : **node->as_floating_point();
  return true;
}

bool ConfigTable::flag(std::string_view key, bool& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  if (!node->is_boolean()) {
    refuse(key, "true or false");
    return false;
  }
  out = **node->as_boolean();
  return true;
}

bool ConfigTable::milliseconds(std::string_view key, Duration& out) {
  std::int64_t ms = 0;
  if (!whole_number(key, ms, {0, kLongestMs})) return false;
  out = std::chrono::milliseconds(ms);
  return true;
}

bool ConfigTable::text(std::string_view key, std::string& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  if (!node->is_string() || (**node->as_string()).empty()) {
    refuse(key, "a text");
    return false;
  }
  out = **node->as_string();
  return true;
}

bool ConfigTable::texts(std::string_view key, std::vector<std::string>& out) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  std::vector<std::string> read;
  const toml::array* list = node->as_array();
  bool good = list != nullptr;
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    good = (*list)[i].is_string();
    if (good) read.push_back(**(*list)[i].as_string());
  }
  if (good) {
    out = std::move(read);
  } else {
    refuse(key, "a list of texts");
  }
  return good;
}

ConfigTable ConfigTable::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node != nullptr && !node->is_table()) refuse(key, fmt::format("a table, [{}]", key));
  return {*state_, node != nullptr ? node->as_table() : nullptr, full_name(key)};
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view key) {
  std::vector<ConfigTable> out;
  const toml::node* node = find(key);
  if (node == nullptr) return out;
  if (!node->is_array_of_tables()) {
    refuse(key, fmt::format("a list of tables, each [[{}]]", key));
    return out;
  }
  for (const toml::node& element : *node->as_array()) {
    out.emplace_back(*state_, element.as_table(), full_name(key));
  }
  return out;
}

bool ConfigTable::require(std::string_view key, std::string_view expected) {
  if (has(key)) return true;
  state_->refuse(where(key), fmt::format("{} is missing: expected {}", full_name(key), expected));
  return false;
}

void ConfigTable::refuse(std::string_view key, std::string_view expected) {
  complain(key, fmt::format("expected {}", expected));
}

void ConfigTable::complain(std::string_view key, std::string_view what) {
  const std::string value = has(key) ? " = " + value_text(*table_->get(key)) : "";
  state_->refuse(where(key), fmt::format("{}{}: {}", full_name(key), value, what));
}

std::uint32_t ConfigTable::line_of(std::string_view key) const {
  return where(key).begin.line;
}

/// Of the key, else of its table, else of the file's beginning.
toml::source_region ConfigTable::where(std::string_view key) const {
  if (has(key)) return table_->get(key)->source();
  return table_ != nullptr ? table_->source() : toml::source_region{{1, 1}, {1, 1}, nullptr};
}

}  // namespace jvpn
