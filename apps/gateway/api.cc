// SPDX-License-Identifier: Apache-2.0
#include "apps/gateway/api.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "apps/gateway/api_json.h"

namespace jvpn {
namespace {

using httplib::Request;
using httplib::Response;
using nlohmann::json;

constexpr const char* kJson = "application/json";
constexpr const char* kOneSession = R"(/v1/sessions/([0-9a-f]+))";
constexpr const char* kTerminate = R"(/v1/sessions/([0-9a-f]+)/terminate)";
constexpr const char* kRekey = R"(/v1/sessions/([0-9a-f]+)/rekey)";
constexpr std::size_t kLargestRequest = 4096;

void answer(Response& response, const json& body) {
  response.set_content(body.dump(), kJson);
}

void refuse(Response& response, int status, std::string_view why) {
  response.status = status;
  answer(response, {{"error", why}});
}

/// Asks control and hands its answer to `render`; says so when control does not answer.
template <class Question, class Render>
void relay(DeskQueue& queue, Response& response, Question question, Render render) {
  const auto reply = queue.ask(std::move(question));
  if (reply) {
    render(*reply);
  } else {
    refuse(response, 503, "the control thread does not answer");
  }
}

void list_sessions(DeskQueue& queue, Response& response) {
  const auto render = [&](const std::vector<SessionInfo>& sessions) {
    json list = json::array();
    for (const SessionInfo& session : sessions) list.push_back(to_json(session));
    answer(response, list);
  };
  relay(
      queue, response, [](OperatorDesk& desk) { return desk.sessions(); }, render);
}

void show_session(DeskQueue& queue, const std::string& name, Response& response) {
  const auto id = parse_session_id(name);
  if (!id) return refuse(response, 400, "expected a session id of 32 hex digits");
  const auto render = [&](const std::vector<SessionInfo>& sessions) {
    const auto at = std::find_if(sessions.begin(), sessions.end(),
                                 [&](const SessionInfo& session) { return session.id == *id; });
    if (at == sessions.end()) return refuse(response, 404, "no such session");
    answer(response, to_json(*at));
  };
  relay(
      queue, response, [](OperatorDesk& desk) { return desk.sessions(); }, render);
}

/// What an operator wants of one session, and the word that says so in the answer.
struct Order {
  bool (OperatorDesk::*give)(const SessionId&);
  const char* word;
};
constexpr Order kToTerminate{&OperatorDesk::terminate, "terminated"};
constexpr Order kToRekey{&OperatorDesk::rekey, "rekeying"};

void give_order(DeskQueue& queue, const Order& order, const std::string& name, Response& response) {
  const auto id = parse_session_id(name);
  if (!id) return refuse(response, 400, "expected a session id of 32 hex digits");
  const auto render = [&](bool found) {
    if (!found) return refuse(response, 404, "no such session");
    answer(response, {{"session_id", name}, {order.word, true}});
  };
  relay(
      queue, response,
      [id = *id, give = order.give](OperatorDesk& desk) { return (desk.*give)(id); }, render);
}

void add_routes(httplib::Server& server, DeskQueue& queue) {
  server.Get("/v1/sessions",
             [&](const Request&, Response& response) { list_sessions(queue, response); });
  server.Get(kOneSession, [&](const Request& request, Response& response) {
    show_session(queue, request.matches[1], response);
  });
  server.Post(kTerminate, [&](const Request& request, Response& response) {
    give_order(queue, kToTerminate, request.matches[1], response);
  });
  server.Post(kRekey, [&](const Request& request, Response& response) {
    give_order(queue, kToRekey, request.matches[1], response);
  });
  server.Get("/v1/policy", [&](const Request&, Response& response) {
    relay(
        queue, response, [](OperatorDesk& desk) { return desk.policy(); },
        [&](const Policy& policy) { answer(response, to_json(policy)); });
  });
  server.Get("/v1/counters", [&](const Request&, Response& response) {
    relay(
        queue, response, [](OperatorDesk& desk) { return desk.counters(); },
        [&](const auto& counters) { answer(response, counters); });
  });
  server.Get("/v1/workers", [&](const Request&, Response& response) {
    relay(
        queue, response, [](OperatorDesk& desk) { return desk.workers(); },
        [&](const PlaneReport& report) { answer(response, to_json(report)); });
  });
  server.Get("/v1/gateway", [&](const Request&, Response& response) {
    relay(
        queue, response, [](OperatorDesk& desk) { return desk.gateway(); },
        [&](const GatewayInfo& gateway) { answer(response, to_json(gateway)); });
  });
  server.set_error_handler([](const Request&, Response& response) {
    if (response.body.empty()) answer(response, {{"error", "no such resource"}});
  });
}

bool bind_private(httplib::Server& server, const std::string& path) {
  const mode_t before = umask(0177);                 // the socket is born with mode 0600
  const bool bound = server.bind_to_port(path, 80);  // a unix socket has no port; not 0: "any"
  umask(before);
  return bound;
}

}  // namespace

struct Api::State {
  State(SocketFile claimed, DeskQueue& queue) : socket(std::move(claimed)) {
    server.set_address_family(AF_UNIX);
    server.set_payload_max_length(kLargestRequest);
    server.set_keep_alive_max_count(1);  // one thread answers all: nobody may hold it
    server.set_keep_alive_timeout(1);    // counts for the first request too
    server.set_read_timeout(1);
    server.new_task_queue = [] { return new httplib::ThreadPool(1); };
    add_routes(server, queue);
  }
  ~State() {
    server.stop();
    if (thread.joinable()) thread.join();
  }

  SocketFile socket;
  httplib::Server server;
  std::thread thread;
};

Api::Api(std::unique_ptr<State> state) : state_(std::move(state)) {}
Api::Api(Api&&) noexcept = default;
Api& Api::operator=(Api&&) noexcept = default;
Api::~Api() = default;

Result<Api> Api::start(SocketFile socket, DeskQueue& queue) {
  auto state = std::make_unique<State>(std::move(socket), queue);
  const std::string& path = state->socket.path();
  if (!bind_private(state->server, path)) {
    return fail(fmt::format("{}: cannot listen: {}", path, std::strerror(errno)));
  }
  state->thread = std::thread([server = &state->server] { server->listen_after_bind(); });
  // stop() has no effect before the server runs.
  while (!state->server.is_running()) std::this_thread::yield();
  return Api(std::move(state));
}

}  // namespace jvpn
