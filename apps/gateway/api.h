// SPDX-License-Identifier: Apache-2.0
// The operators' API: HTTP with JSON over a unix socket that only the gateway's own user may open.
//
//   GET  /v1/sessions                 all sessions
//   GET  /v1/sessions/{id}            one, 404 when there is none
//   POST /v1/sessions/{id}/terminate  ends it with `operator_terminated`
//   POST /v1/sessions/{id}/rekey      gives it fresh traffic keys
//   GET  /v1/policy                   the policy in force for new sessions, as it is configured
//   GET  /v1/counters                 data plane verdicts, ports, control's refusals
//   GET  /v1/workers                  each worker: load, sessions, frames; how frames find theirs
//   GET  /v1/gateway                  what is running
//
// It runs on a thread of its own and reaches control through the DeskQueue only.
#pragma once

#include <memory>

#include "apps/gateway/operator_desk.h"
#include "apps/gateway/socket_file.h"
#include "base/result.h"

namespace jvpn {

class Api {
 public:
  /// Listens there and answers from then on. Errors name the path.
  static Result<Api> start(SocketFile socket, DeskQueue& queue);
  Api(Api&&) noexcept;
  Api& operator=(Api&&) noexcept;
  /// Stops answering and removes the socket.
  ~Api();

 private:
  struct State;
  explicit Api(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace jvpn
