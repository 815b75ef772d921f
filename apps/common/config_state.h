// SPDX-License-Identifier: Apache-2.0
// What a ConfigFile and its tables share: the tree, which keys were asked for, the first refusal.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <unordered_set>

namespace jvpn {

struct ConfigState {
  std::string path;
  toml::table tree;
  std::unordered_set<const toml::node*> known;
  std::string first_refusal;

  void refuse(const toml::source_region& where, const std::string& what);
};

}  // namespace jvpn
