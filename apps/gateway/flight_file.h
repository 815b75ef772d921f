// SPDX-License-Identifier: Apache-2.0
// A flight recorder's tape as a file (control/flight): everything that the control core was told
// and given. It holds secrets: made anew, for its own user only.
#pragma once

#include <string>

#include "base/result.h"
#include "control/flight/replay.h"

namespace jvpn {

class FlightFile {
 public:
  /// Errors, naming the path: it exists already, or cannot be made.
  static Result<FlightFile> create(const std::string& path);
  FlightFile(FlightFile&& other) noexcept;
  FlightFile& operator=(FlightFile&&) = delete;
  ~FlightFile();

  /// False: it could not be written whole. A tape with a hole is none: nothing is written any more.
  bool append(ByteView frame);

 private:
  explicit FlightFile(int fd) : fd_(fd) {}
  int fd_;
};

/// Flies a recorded flight again.
/// Errors: the file cannot be read.
Result<ReplayReport> replay_flight(const std::string& path,
                                   const std::function<ControlConfig(RandomSource&)>& configure);

}  // namespace jvpn
