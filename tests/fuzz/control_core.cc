// SPDX-License-Identifier: Apache-2.0
// A control core driven by programs (core_play.h).
#include <initializer_list>

#include "tests/fuzz/core_play.h"

namespace jvpn::fuzz {
namespace {

/// A step of the first client.
struct Line {
  Op op;
  std::uint8_t place = 0;
  std::uint8_t value = 0;
  std::vector<std::uint8_t> more{};
};

void keep_program(const Keep& keep, std::string_view name, std::initializer_list<Line> lines) {
  std::vector<std::uint8_t> bytes;
  for (const Line& line : lines) {
    bytes.insert(bytes.end(), {static_cast<std::uint8_t>(line.op), 0, line.place, line.value});
    bytes.insert(bytes.end(), line.more.begin(), line.more.end());
  }
  keep(name, bytes);
}

}  // namespace

void one(ByteView input) {
  CorePlay().run(ByteReader(input));
}

void seeds(const Keep& keep) {
  using enum Op;
  const std::vector<std::uint8_t> healthy{0, 9, 0, 9, 0, 9, 0, 0};
  keep_program(keep, "jump", {{connect}, {request, 1, 1}, {answer, 1, 1}, {health, 0, 0, healthy}});
  keep_program(keep, "candidate",
               {{connect}, {probe, 1, 2}, {answer_probe, 1, 2}, {request, 1, 2}});
  keep_program(keep, "notice", {{connect}, {unbound, 3}, {answer_notice, 3}, {learn, 3}});
  keep_program(keep, "unavailable",
               {{connect},
                {store, 0, 1},
                {request, 1, 1},
                {answer, 1, 1},
                {settle, 0, 1},
                {answer, 1, 1},
                {settle, 0, 0}});
  keep_program(keep, "lost-answer",
               {{connect},
                {store, 0, 1},
                {request, 1, 1},
                {answer, 1, 1},
                {settle, 0, 2},
                {pass, 0, 20},
                {settle, 0, 0},
                {pass, 0, 20},
                {settle, 0, 3}});
  const std::vector<std::uint8_t> late{0, 9, 0, 9, 0, 9, 0x09, 0xc4};
  const std::vector<std::uint8_t> dead{0, 9, 0, 9, 0, 9, 0x1b, 0x58};
  keep_program(keep, "silence",
               {{connect},
                {health, 0, 0, healthy},
                {pass, 0, 40},
                {health, 0, 0, late},
                {pass, 0, 65},
                {health, 0, 0, dead},
                {pass, 0, 130},
                {pass, 0, 130}});
  keep_program(keep, "peer-ends", {{connect}, {terminate}, {replay, 0, 0, {2, 0}}, {connect, 1}});
  keep_program(keep, "operator-ends",
               {{connect}, {operator_terminate}, {pass, 0, 9}, {replay, 0, 0, {1, 0}}});
  keep_program(keep, "malformed",
               {{connect}, {any_message, 0, 0, {12, 3, 1, 2, 3}}, {any_message, 0, 0, {99, 0}}});
  keep_program(keep, "attacker",
               {{connect},
                {request, 1, 1},
                {replay, 2, 0, {2, 1}},
                {change, 0, 0, {2, 1, 77}},
                {change, 0, 0, {1, 0, 9}},
                {change, 0, 0, {0, 0, 200}}});
  keep_program(keep, "supersede", {{connect}, {pass, 0, 4}, {connect, 1}, {init, 2}, {confirm, 2}});
}

}  // namespace jvpn::fuzz
