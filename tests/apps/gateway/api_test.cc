// SPDX-License-Identifier: Apache-2.0
// The API over its real socket, asked by the real jvpnctl client, with a desk that has fixed
// answers.
#include "apps/gateway/api.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "apps/ctl/commands.h"
#include "apps/gateway/socket_file.h"
#include "tests/apps/temp_folder.h"

namespace jvpn {
namespace {

using nlohmann::json;

SessionInfo one_session() {
  SessionInfo info;
  info.id.bytes.fill(0xab);
  info.peer = "phone";
  info.state = State::attached;
  info.version = StateVersion{OwnerEpoch{1}, 4};
  info.bound_version = StateVersion{OwnerEpoch{1}, 1};
  info.last_reason = Reason::reattach_success;
  info.bound = *parse_endpoint("192.0.2.7:4000");
  info.inner_v4 = *parse_address("10.77.0.2");
  info.total_switches = 2;
  info.age_ms = 1234;
  info.bytes_up = 5;
  info.bytes_down = 6;
  info.metered_up = 7;
  info.metered_down = 8;
  info.routes = {*parse_prefix("192.168.50.0/24")};
  return info;
}

PlaneReport two_workers() {
  PlaneReport report;
  report.power = "nap";
  report.power_why = "net_af_packet0 has no rx interrupts";
  report.ports = {{"underlay0", "net_af_packet0", -1, 2, "rss", "no flow rules"},
                  {"plaintext", "net_tap0", 0, 2, "rss", "spreads by a rule of its own"}};
  report.workers.resize(2);
  for (WorkerReport& worker : report.workers) {
    worker.core = 1;
    worker.socket = 0;
    worker.ports = {{.rx = 60, .tx = 10, .handed_over = 15}, {.rx = 0, .tx = 70}};
    worker.handed_over = worker.taken_over = 15;
    worker.busy_cycles = 30;
    worker.busy_share = 0.25;
  }
  report.workers[1].sessions = 3;
  return report;
}

class FixedDesk final : public OperatorDesk {
 public:
  std::vector<SessionInfo> sessions() override { return {one_session()}; }
  bool terminate(const SessionId& id) override { return id == one_session().id; }
  bool rekey(const SessionId& id) override { return id == one_session().id; }
  Policy policy() override { return {}; }
  std::map<std::string, std::uint64_t> counters() override { return {{"forwarded", 9}}; }
  GatewayInfo gateway() override {
    GatewayInfo info;
    info.version = "0.1.0";
    info.node_id = 3;
    info.worker_cores = {1};
    return info;
  }
  PlaneReport workers() override { return two_workers(); }
};

/// Plays the control thread: serves the desk until it is destroyed.
class ApiUnderTest : public testing::Test {
 protected:
  ApiUnderTest() : socket(folder / "run/gateway.sock"), client(socket) {
    auto started = Api::start(*SocketFile::claim(socket), queue);
    EXPECT_TRUE(started) << started.error().what;
    if (started) api.emplace(std::move(*started));
    control = std::thread([this] {
      FixedDesk desk;
      while (!over.load()) {
        if (queue.serve(desk) == 0) std::this_thread::yield();
      }
    });
  }
  ~ApiUnderTest() override {
    over.store(true);
    control.join();
  }

  TempFolder folder;
  std::string socket;
  DeskQueue queue;
  std::optional<Api> api;
  ApiClient client;
  std::atomic<bool> over{false};
  std::thread control;
};

TEST_F(ApiUnderTest, ListsSessionsUnderStableNames) {
  const auto sessions = client.get("/v1/sessions");
  ASSERT_TRUE(sessions) << sessions.error().what;
  const json expected = json::parse(R"([{"session_id":"abababababababababababababababab",
    "peer":"phone","state":"ATTACHED","state_version":"1:4","bound_version":"1:1",
    "last_reason":"reattach_success","bound":{"endpoint":"192.0.2.7:4000"},"inner":["10.77.0.2"],
    "routes":["192.168.50.0/24"],"suite":"aes-256-gcm","total_switches":2,"age_ms":1234,
    "bytes_up":5,"bytes_down":6,"metered_up":7,"metered_down":8}])");
  EXPECT_EQ(*sessions, expected);
}

TEST_F(ApiUnderTest, ShowsOneSessionAndRefusesOthers) {
  const auto found = client.get("/v1/sessions/abababababababababababababababab");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->at("peer"), "phone");
  EXPECT_EQ(client.get("/v1/sessions/cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd").error().what,
            "no such session");
  EXPECT_EQ(client.get("/v1/sessions/abab").error().what, "expected a session id of 32 hex digits");
  EXPECT_EQ(client.get("/v1/nonsense").error().what, "no such resource");
}

TEST_F(ApiUnderTest, TerminatesByThePrefixThatJvpnctlTakes) {
  EXPECT_EQ(*terminate_session(client, "ab", {}),
            "session abababababababababababababababab is terminated\n");
  EXPECT_EQ(client.post("/v1/sessions/cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd/terminate").error().what,
            "no such session");
}

TEST_F(ApiUnderTest, GivesFreshKeysByThePrefixThatJvpnctlTakes) {
  EXPECT_EQ(*rekey_session(client, "ab", {}),
            "session abababababababababababababababab gets fresh keys\n");
  EXPECT_EQ(client.post("/v1/sessions/cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd/rekey").error().what,
            "no such session");
}

TEST_F(ApiUnderTest, TellsThePolicyByTheKeysOfItsConfiguration) {
  const std::string text = show_policy(client, {}).value();
  for (const char* line :
       {"policy.version = \"1.0\"\n", "policy.session.max_lifetime_ms = 28800000\n",
        "policy.switching.on_recovery_timeout = \"degrade\"\n",
        "policy.transport.max_candidate_count = 3\n", "policy.limits.rekeys_per_s = 1000\n",
        "policy.meters.down_peak_bps = 0\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST_F(ApiUnderTest, TellsCountersAndWhatIsRunning) {
  EXPECT_EQ(*show_counters(client, {}), "forwarded  9\n");
  const auto gateway = client.get("/v1/gateway");
  ASSERT_TRUE(gateway) << gateway.error().what;
  EXPECT_EQ(gateway->at("node_id"), 3);
  EXPECT_EQ(gateway->at("version"), "0.1.0");
}

TEST_F(ApiUnderTest, TellsOfWorkersAndPortsUnderStableNames) {
  const auto report = client.get("/v1/workers");
  ASSERT_TRUE(report) << report.error().what;
  EXPECT_EQ(report->at("power"), "nap");
  EXPECT_EQ(report->at("ports").at(0), json::parse(R"({"port":"underlay0",
    "device":"net_af_packet0","numa":null,"queues":2,"tier":"rss","why":"no flow rules",
    "rx":120,"handed_over":30,"right_worker":0.75})"));
  EXPECT_EQ(report->at("ports").at(1).at("right_worker"), nullptr);
  EXPECT_EQ(report->at("workers").at(1), json::parse(R"({"worker":1,"core":1,"numa":0,"sessions":3,
    "ports":[{"port":"underlay0","rx":60,"tx":10,"handed_over":15},
             {"port":"plaintext","rx":0,"tx":70,"handed_over":0}],
    "handed_over":15,"taken_over":15,"handover_full":0,"busy_cycles":30,"idle_cycles":0,
    "asleep_cycles":0,"busy_share":0.25,"asleep_share":0.0})"));
}

TEST_F(ApiUnderTest, ShowsWorkersAndPortsInTwoTables) {
  EXPECT_EQ(*show_workers(client, {}),
            "WORKER  CORE  NUMA  SESSIONS  BUSY    ASLEEP  RX  TX  GIVEN  TAKEN  LOST\n"
            "0       1     0     0         25.0 %  0.0 %   60  80  15     15     0\n"
            "1       1     0     3         25.0 %  0.0 %   60  80  15     15     0\n"
            "\n"
            "PORT       DEVICE          NUMA  QUEUES  TIER  RIGHT WORKER  WHY\n"
            "underlay0  net_af_packet0  -     2       rss   75.0 %        no flow rules\n"
            "plaintext  net_tap0        0     2       rss   -             spreads by a rule of its "
            "own\n"
            "\n"
            "idle workers: nap (net_af_packet0 has no rx interrupts)\n");
}

TEST_F(ApiUnderTest, IsForTheGatewaysOwnUserOnly) {
  struct stat about {};
  ASSERT_EQ(stat(socket.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST_F(ApiUnderTest, KeepsItsSocketFromASecondGateway) {
  const auto second = SocketFile::claim(socket);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().what, socket + ": another gateway is running there");
  EXPECT_TRUE(client.get("/v1/gateway"));
}

TEST_F(ApiUnderTest, LeavesNeitherSocketNorFolder) {
  api.reset();
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
  EXPECT_NE(client.get("/v1/gateway").error().what.find("is jvpn-gateway running?"),
            std::string::npos);
}

TEST(DeskQueue, AnswersNobodyAfterItsEnd) {
  DeskQueue queue;
  queue.close();
  EXPECT_EQ(queue.ask([](OperatorDesk& desk) { return desk.counters(); }), std::nullopt);
}

TEST(SocketFile, ReplacesWhatADeadGatewayLeft) {
  const TempFolder folder;
  const std::string path = folder / "gateway.sock";
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(fd);  // bound, never listening: as after a crash
  EXPECT_TRUE(SocketFile::claim(path));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SocketFile, NeverTouchesWhatIsNoSocket) {
  const TempFolder folder;
  const std::string path = folder.write("precious", "data");
  const auto claimed = SocketFile::claim(path);
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().what, path + ": exists and is not a socket");
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(SocketFile, RefusesAPathThatNoSocketCanHave) {
  EXPECT_FALSE(SocketFile::claim("/" + std::string(200, 'x')));
  EXPECT_FALSE(SocketFile::claim("/proc/nowhere/gateway.sock"));
}

}  // namespace
}  // namespace jvpn
