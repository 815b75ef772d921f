// SPDX-License-Identifier: Apache-2.0
#include "apps/common/config_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "apps/common/config_state.h"
#include "apps/common/config_table.h"

namespace jvpn {
namespace {

std::string located(const std::string& path, toml::source_position at, std::string_view what) {
  return fmt::format("{}:{}:{}: {}", path, at.line, at.column, what);
}

struct UnknownKey {
  toml::source_position at;
  std::string name;
};

/// The unknown key that stands first in the file. A known array's or table's parts are asked in
/// turn.
class UnknownKeys {
 public:
  explicit UnknownKeys(const ConfigState& state) : state_(state) { walk(state.tree, ""); }
  const std::optional<UnknownKey>& first() const { return first_; }

 private:
  void walk(const toml::table& table, const std::string& above) {
    for (const auto& [key, node] : table) {
      const std::string name = above + std::string(key.str());
      if (state_.known.count(&node) == 0) {
        note(key.source().begin, name);
      } else if (const toml::table* inner = node.as_table()) {
        walk(*inner, name + ".");
      } else if (const toml::array* list = node.as_array()) {
        walk(*list, name + ".");
      }
    }
  }
  void walk(const toml::array& list, const std::string& above) {
    for (const toml::node& node : list) {
      if (const toml::table* inner = node.as_table()) walk(*inner, above);
    }
  }
  void note(toml::source_position at, const std::string& name) {
    if (!first_ || at < first_->at) first_ = UnknownKey{at, name};
  }

  const ConfigState& state_;
  std::optional<UnknownKey> first_;
};

}  // namespace

void ConfigState::refuse(const toml::source_region& where, const std::string& what) {
  if (first_refusal.empty()) first_refusal = located(path, where.begin, what);
}

ConfigFile::ConfigFile(std::unique_ptr<ConfigState> state) : state_(std::move(state)) {}
ConfigFile::ConfigFile(ConfigFile&&) noexcept = default;
ConfigFile& ConfigFile::operator=(ConfigFile&&) noexcept = default;
ConfigFile::~ConfigFile() = default;

Result<ConfigFile> ConfigFile::parse(const std::string& path) {
  std::error_code is_folder_error;
  std::ifstream in(path);
  if (!in) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
  if (std::filesystem::is_directory(path, is_folder_error)) {
    return fail(fmt::format("{}: is a folder, expected a TOML file", path));
  }
  std::ostringstream text;
  text << in.rdbuf();
  auto state = std::make_unique<ConfigState>();
  state->path = path;
  try {
    state->tree = toml::parse(text.str());
  } catch (const toml::parse_error& error) {
    return fail(located(path, error.source().begin, error.description()));
  }
  return ConfigFile(std::move(state));
}

ConfigTable ConfigFile::root() {
  return ConfigTable(*state_, &state_->tree, "");
}

std::string ConfigFile::resolve(const std::string& path) const {
  return (std::filesystem::path(state_->path).parent_path() / path).string();
}

const std::string& ConfigFile::path() const {
  return state_->path;
}

void ConfigFile::refuse_at(std::string_view dotted_key, std::string_view what) {
  const toml::node* nearest = &state_->tree;
  for (std::string_view rest = dotted_key; !rest.empty() && nearest->is_table();) {
    const std::size_t dot = rest.find('.');
    const toml::node* inner = nearest->as_table()->get(rest.substr(0, dot));
    if (inner == nullptr) break;
    nearest = inner;
    rest = dot == rest.npos ? std::string_view() : rest.substr(dot + 1);
  }
  state_->refuse(nearest->source(), std::string(what));
}

Result<void> ConfigFile::finish() const {
  if (const auto unknown = UnknownKeys(*state_).first()) {
    return fail(located(state_->path, unknown->at, fmt::format("unknown key {}", unknown->name)));
  }
  if (!state_->first_refusal.empty()) return fail(state_->first_refusal);
  return {};
}

}  // namespace jvpn
