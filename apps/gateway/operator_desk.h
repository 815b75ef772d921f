// SPDX-License-Identifier: Apache-2.0
// What operators can ask of a running gateway, and the counter at which they wait for it: only the
// control thread touches control's objects, so every question crosses to it and its answer back.
//
//   API thread:      ask(question) -> waits ......................... -> answer
//   control thread:            serve(desk) at its next turn: desk -> answer
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "control/core.h"
#include "dataplane/report.h"

namespace jvpn {

struct GatewayInfo {
  std::string version;
  unsigned node_id = 0;
  std::string memory;
  std::vector<unsigned> worker_cores;
  unsigned control_core = 0;
  std::string power;
  std::string policy_version;
  std::size_t peers = 0;
  std::int64_t uptime_ms = 0;
};

/// Control thread only.
class OperatorDesk {
 public:
  virtual ~OperatorDesk() = default;
  virtual std::vector<SessionInfo> sessions() = 0;
  /// False: no such session.
  virtual bool terminate(const SessionId& id) = 0;
  /// Fresh traffic keys. False: no such session.
  virtual bool rekey(const SessionId& id) = 0;
  virtual Policy policy() = 0;
  virtual std::map<std::string, std::uint64_t> counters() = 0;
  virtual GatewayInfo gateway() = 0;
  virtual PlaneReport workers() = 0;
};

class DeskQueue {
 public:
  /// Any thread but control's. Waits for control's next turn; nothing when that takes too long or
  /// the gateway is ending. `question`: OperatorDesk& -> answer.
  template <class Question>
  auto ask(Question question) -> std::optional<std::invoke_result_t<Question, OperatorDesk&>> {
    using Answer = std::optional<std::invoke_result_t<Question, OperatorDesk&>>;
    auto promise = std::make_shared<std::promise<Answer>>();
    std::future<Answer> answer = promise->get_future();
    push([promise, question](OperatorDesk* desk) {
      promise->set_value(desk != nullptr ? Answer(question(*desk)) : Answer());
    });
    if (answer.wait_for(kPatience) != std::future_status::ready) return std::nullopt;
    return answer.get();
  }

  /// Control thread: answers what waits. Returns how many.
  std::size_t serve(OperatorDesk& desk);
  /// Nobody will serve any more: whoever waits or comes later gets nothing, at once.
  void close();

 private:
  using Waiting = std::function<void(OperatorDesk*)>;
  static constexpr std::chrono::seconds kPatience{2};

  void push(Waiting waiting);
  std::deque<Waiting> take_all();

  std::mutex mutex_;
  std::deque<Waiting> waiting_;
  bool closed_ = false;
};

}  // namespace jvpn
