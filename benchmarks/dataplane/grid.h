// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>

#include "options.h"
#include "path_rig.h"

namespace jvpn::bench {

/// Every cell of the options' grid, each number of sessions (of each worker) in a rig of its own.
/// `measure(rig, way, sizes, options)` returns a row, `print(row)` shows it; all go to the JSON
/// file.
template <class Measure, class Print>
void measure_grid(const Options& options, std::uint8_t workers, Measure&& measure, Print&& print) {
  std::ofstream json(options.json);
  for (const std::uint32_t sessions : options.sessions) {
    PathRig rig({.sessions = workers * sessions, .workers = workers});
    for (const std::string& sizes : options.sizes) {
      for (const std::string& way : options.ways) {
        const nlohmann::json row = measure(rig, parse_way(way), sizes, options);
        print(row);
        if (json.is_open()) json << row << std::endl;
      }
    }
  }
}

}  // namespace jvpn::bench
