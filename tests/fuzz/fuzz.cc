// SPDX-License-Identifier: Apache-2.0
// Between libFuzzer and a target. With JVPN_FUZZ_SEEDS=FOLDER it writes the target's seeds there
// and ends; else libFuzzer does as its command line says.
#include "tests/fuzz/fuzz.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace jvpn::fuzz {
namespace {

std::vector<const Mark*>& marks() {
  static std::vector<const Mark*> all;
  return all;
}

/// To standard error, where libFuzzer's own statistics go.
void print_marks() {
  for (const Mark* mark : marks()) {
    std::fprintf(stderr, "mark %s %llu\n", mark->name(),
                 static_cast<unsigned long long>(mark->count()));
  }
}

void write_seeds(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  seeds([&](std::string_view name, ByteView bytes) {
    std::ofstream file(folder / name, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    ensure(file.flush().good(), "a seed can be written");
  });
}

}  // namespace

Mark::Mark(const char* name) : name_(name) {
  marks().push_back(this);
}

}  // namespace jvpn::fuzz

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  if (const char* folder = std::getenv("JVPN_FUZZ_SEEDS")) {
    jvpn::fuzz::write_seeds(folder);
    std::exit(0);
  }
  std::atexit(jvpn::fuzz::print_marks);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  jvpn::fuzz::one({data, size});
  return 0;
}
