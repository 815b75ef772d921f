// SPDX-License-Identifier: Apache-2.0
#include "control/flight/replay.h"

#include "control/flight/recorded_sources.h"

namespace jvpn {
namespace {

class Flight {
 public:
  Flight(ByteView tape, const std::function<ControlConfig(RandomSource&)>& configure)
      : tape_(tape),
        sources_(tape_),
        core_(configure(sources_), sources_, sources_),
        lines_({"tape", OwnerEpoch{}, ""}, {},
               [this](std::string_view line) { return line_ = line, true; }) {}

  ReplayReport run() {
    while (report_.same()) {
      const std::optional<TapeItem> item = tape_.next();
      if (!item) break;
      if (item->kind != TapeFrame::input) {
        part("asked for less than it did then");
      } else {
        step(*item);
      }
    }
    if (!tape_.ok()) part("tape is damaged");
    return report_;
  }

 private:
  void step(const TapeItem& item) {
    const std::optional<TimedInput> timed = read_input(item.body);
    if (!timed) return part("input is none that this version knows");
    Actions actions;
    feed(core_, timed->input, timed->at, actions);
    ++report_.inputs;
    if (sources_.parted()) return part("asked for something else than it did then");
    for (const Action& action : actions) {
      const auto* audit = std::get_if<WriteAudit>(&action);
      if (audit != nullptr && report_.same()) compare(audit->event);
    }
  }

  void compare(const AuditEvent& event) {
    lines_.write(event, 0);
    const std::optional<TapeItem> item = tape_.next();
    const std::string recorded =
        item && item->kind == TapeFrame::event
            ? std::string(reinterpret_cast<const char*>(item->body.data()), item->body.size())
            : "nothing\n";
    if (recorded != line_) return part("now: " + line_ + "then: " + recorded);
    ++report_.events;
  }

  void part(const std::string& how) {
    if (report_.same()) report_.parted = "frame " + std::to_string(tape_.position()) + ": " + how;
  }

  TapeReader tape_;
  PlayedSources sources_;
  ControlCore core_;
  AuditLog lines_;
  std::string line_;
  ReplayReport report_;
};

}  // namespace

ReplayReport replay(ByteView tape, const std::function<ControlConfig(RandomSource&)>& configure) {
  return Flight(tape, configure).run();
}

}  // namespace jvpn
