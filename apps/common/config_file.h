// SPDX-License-Identifier: Apache-2.0
// A TOML file read key by key. Reading is sticky like a ByteReader: ask for each key in a straight
// list, then finish() once. It tells, in this order: a key that nobody asked for (most often the
// misspelt twin of one that seems missing), else the first thing that was refused.
//
//   auto file = ConfigFile::parse(path);                    gateway.toml:7:11: dataplane.workers
//   ... ConfigTable table = file->root().table("dataplane");    ^ file      ^ line and column
//   table.number("memory_mb", memory_mb, 64, 65536);
//   auto good = file->finish();
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jvpn {

class ConfigTable;
struct ConfigState;

class ConfigFile {
 public:
  /// Errors: unreadable, no TOML (with line and column).
  static Result<ConfigFile> parse(const std::string& path);
  ConfigFile(ConfigFile&&) noexcept;
  ConfigFile& operator=(ConfigFile&&) noexcept;
  ~ConfigFile();

  ConfigTable root();
  /// `path` as seen from the folder of this file.
  std::string resolve(const std::string& path) const;
  const std::string& path() const;
  /// Refuses by a dotted key ("policy.session.tombstone_ms"), at its line if it stands in the file,
  /// else at that of the nearest table above it.
  void refuse_at(std::string_view dotted_key, std::string_view what);
  Result<void> finish() const;

 private:
  explicit ConfigFile(std::unique_ptr<ConfigState> state);
  std::unique_ptr<ConfigState> state_;
};

}  // namespace jvpn
