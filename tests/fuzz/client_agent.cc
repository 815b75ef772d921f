// SPDX-License-Identifier: Apache-2.0
// A client agent driven by programs (agent_play.h).
#include <initializer_list>

#include "tests/fuzz/agent_play.h"

namespace jvpn::fuzz {
namespace {

struct Line {
  AgentOp op;
  std::uint8_t path = 0;
  std::uint8_t value = 0;
  std::vector<std::uint8_t> more{};
};

void keep_program(const Keep& keep, std::string_view name, std::initializer_list<Line> lines) {
  std::vector<std::uint8_t> bytes;
  for (const Line& line : lines) {
    bytes.insert(bytes.end(), {static_cast<std::uint8_t>(line.op), line.path, line.value});
    bytes.insert(bytes.end(), line.more.begin(), line.more.end());
  }
  keep(name, bytes);
}

}  // namespace

void one(ByteView input) {
  AgentPlay().run(ByteReader(input));
}

void seeds(const Keep& keep) {
  using enum AgentOp;
  keep_program(keep, "traffic", {{pass, 0, 9}, {send, 0, 1}, {data}, {pass, 0, 9}, {data}});
  keep_program(keep, "link-down",
               {{pass, 0, 9}, {link, 0, 1}, {pass, 0, 20}, {send, 0, 1}, {pass, 0, 9}});
  keep_program(keep, "black-hole",
               {{pass, 0, 9}, {black_hole, 0, 1}, {pass, 0, 255}, {pass, 0, 60}});
  keep_program(keep, "all-dark",
               {{pass, 0, 9},
                {black_hole, 0, 1},
                {black_hole, 1, 1},
                {pass, 0, 255},
                {pass, 0, 255},
                {pass, 0, 255}});
  keep_program(keep, "rebind",
               {{pass, 0, 9}, {rebind}, {notice}, {pass, 0, 30}, {path_challenge, 0, 5}});
  keep_program(keep, "ended", {{pass, 0, 9}, {terminate}, {pass, 0, 90}});
  keep_program(keep, "restarted", {{pass, 0, 9}, {restart}, {pass, 0, 255}, {pass, 0, 255}});
  keep_program(keep, "rejected", {{pass, 0, 9}, {reject, 0, 37}, {link, 0, 1}, {pass, 0, 90}});
  keep_program(keep, "rekeyed",
               {{pass, 0, 9}, {rekey}, {pass, 0, 9}, {data}, {send, 0, 1}, {pass, 0, 90}});
  keep_program(keep, "cookies", {{cookies, 0, 1}, {pass, 0, 90}});
  keep_program(keep, "moved", {{pass, 0, 9}, {move, 0, 3}, {link, 0, 1}, {pass, 0, 90}, {data}});
  keep_program(keep, "said", {{pass, 0, 9}, {say, 0, 18, {0}}, {say, 0, 17, {144}}, {pass, 0, 9}});
  keep_program(keep, "doubled",
               {{weather, 0, 2}, {pass, 0, 9}, {data}, {pass, 0, 9}, {send, 0, 1}});
  keep_program(keep, "lossy", {{pass, 0, 9}, {weather, 0, 0}, {pass, 0, 90}, {weather, 0, 1}});
  keep_program(keep, "attacker",
               {{pass, 0, 9},
                {data},
                {pass, 0, 2},
                {replay, 0, 0},
                {replay, 1, 2},
                {change, 0, 0, {0, 99}},
                {change, 1, 1, {0, 3}},
                {garbage, 0, 3, {0x50, 1, 2}}});
}

}  // namespace jvpn::fuzz
