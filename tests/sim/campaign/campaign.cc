// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/campaign/campaign.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "base/ensure.h"
#include "tests/sim/checkers/reachable.h"

namespace jvpn::sim {
namespace {

/// One process: lives through every jobs-th seed and writes each outcome to its pipe.
struct Worker {
  pid_t pid = -1;
  int pipe = -1;
  std::uint64_t next = 0;  ///< seed that it is at
};

struct Totals {
  std::uint64_t seeds = 0, session_ms = 0, events = 0, transitions = 0, jumps = 0, delivered = 0,
                replays = 0, failed = 0;
  Coverage coverage;

  void add(const Outcome& outcome) {
    ++seeds;
    session_ms += outcome.session_ms;
    events += outcome.events;
    transitions += outcome.transitions;
    jumps += outcome.jumps;
    delivered += outcome.delivered;
    replays += outcome.replays;
    failed += outcome.breaches == 0 ? 0 : 1;
    coverage.add_life(outcome.coverage);
  }
  double hours() const { return static_cast<double>(session_ms) / 3.6e6; }
};

LifePlan life_of(const CampaignPlan& plan, std::uint64_t seed) {
  return {.seed = seed, .torment = plan.torment, .canary = plan.canary};
}

bool write_all(int to, const Outcome& outcome) {
  const auto* at = reinterpret_cast<const char*>(&outcome);
  for (std::size_t done = 0; done < sizeof outcome;) {
    const ssize_t n = write(to, at + done, sizeof outcome - done);
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

/// False: the other side is gone before it said all.
bool read_all(int from, Outcome& outcome) {
  auto* at = reinterpret_cast<char*>(&outcome);
  for (std::size_t done = 0; done < sizeof outcome;) {
    const ssize_t n = read(from, at + done, sizeof outcome - done);
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

class Campaign {
 public:
  explicit Campaign(const CampaignPlan& plan)
      : plan_(plan), end_(plan.first + plan.count), began_(std::chrono::steady_clock::now()) {}

  CampaignResult run() {
    for (unsigned i = 0; i < plan_.jobs; ++i) workers_.push_back(start(plan_.first + i));
    const bool is_terminal = isatty(fileno(stderr)) != 0;
    const std::chrono::seconds pause(is_terminal ? 1 : 10);
    auto next_report = began_ + pause;
    while (collect()) {
      if (std::chrono::steady_clock::now() < next_report) continue;
      next_report += pause;
      report(stderr, is_terminal ? '\r' : '\n');
    }
    report(stdout, '\n');
    return {totals_.seeds, totals_.failed, judge_coverage()};
  }

 private:
  std::uint64_t judge_coverage() const {
    if (plan_.coverage) {
      std::printf("%s\n%s", to_table(totals_.coverage, Side::gateway).c_str(),
                  to_table(totals_.coverage, Side::client).c_str());
    }
    if (!plan_.demand_coverage) return 0;
    std::printf("%s", exceptions().c_str());
    const std::vector<std::string> empty = empty_cells(totals_.coverage);
    for (const std::string& cell : empty) std::printf("NEVER SEEN: %s\n", cell.c_str());
    return empty.size();
  }

  Worker start(std::uint64_t seed) {
    if (seed >= end_) return {};
    std::fflush(nullptr);
    int ends[2];
    ensure(::pipe(ends) == 0, "a pipe can be had");
    const pid_t pid = fork();
    ensure(pid >= 0, "a process can be had");
    if (pid != 0) {
      close(ends[1]);
      return {pid, ends[0], seed};
    }
    close(ends[0]);
    bool heard = true;
    for (; heard && seed < end_; seed += plan_.jobs) {
      heard = write_all(ends[1], live(life_of(plan_, seed)));
    }
    _exit(heard ? 0 : 1);
  }

  /// Takes what has come within a second; false: nobody is left.
  bool collect() {
    std::vector<pollfd> polled;
    for (const Worker& worker : workers_) polled.push_back({worker.pipe, POLLIN, 0});
    if (std::ranges::all_of(workers_, [](const Worker& w) { return w.pid < 0; })) return false;
    if (poll(polled.data(), polled.size(), 1000) <= 0) return true;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (polled[i].revents != 0) take(workers_[i]);
    }
    for (Worker& worker : workers_) {
      if (worker.pid >= 0 && worker.next >= end_) dismiss(worker);
    }
    return true;
  }

  void take(Worker& worker) {
    Outcome outcome;
    if (read_all(worker.pipe, outcome)) {
      totals_.add(outcome);
      worker.next += plan_.jobs;
      if (outcome.breaches != 0) breached(outcome.seed, outcome.first_breach);
      return;
    }
    const std::uint64_t died_at = worker.next;
    dismiss(worker);
    ++totals_.failed;
    ++totals_.seeds;
    worker = start(died_at + plan_.jobs);
    breached(died_at, "the process died");
  }

  /// It has lived through its seeds, or died, or what it might still find is of no interest.
  static void dismiss(Worker& worker) {
    kill(worker.pid, SIGKILL);
    waitpid(worker.pid, nullptr, 0);
    close(worker.pipe);
    worker = {};
  }

  void breached(std::uint64_t seed, const char* what) {
    tell(seed, what);
    if (plan_.stop) end_ = std::min(end_, seed);
  }

  void tell(std::uint64_t seed, const char* what) {
    std::printf("BREACH seed %llu: %s\n  replay: jvpn-sim --minutes %lld --seed %llu%s\n",
                static_cast<unsigned long long>(seed), what,
                static_cast<long long>(
                    std::chrono::duration_cast<std::chrono::minutes>(plan_.torment).count()),
                static_cast<unsigned long long>(seed), plan_.canary ? " --canary" : "");
    std::fflush(stdout);
  }

  void report(std::FILE* to, char end) const {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
    std::fprintf(to,
                 "%.0f s: %llu of %llu seeds, %.1f session-hours, %llu events, %llu transitions, "
                 "%llu jumps, %llu packets, %llu replays compared, %llu seeds with breaches%c",
                 took.count(), static_cast<unsigned long long>(totals_.seeds),
                 static_cast<unsigned long long>(plan_.count), totals_.hours(),
                 static_cast<unsigned long long>(totals_.events),
                 static_cast<unsigned long long>(totals_.transitions),
                 static_cast<unsigned long long>(totals_.jumps),
                 static_cast<unsigned long long>(totals_.delivered),
                 static_cast<unsigned long long>(totals_.replays),
                 static_cast<unsigned long long>(totals_.failed), end);
    std::fflush(to);
  }

  CampaignPlan plan_;
  std::uint64_t end_;
  std::chrono::steady_clock::time_point began_;
  std::vector<Worker> workers_;
  Totals totals_;
};

}  // namespace

CampaignResult run_campaign(const CampaignPlan& plan) {
  return Campaign(plan).run();
}

bool run_one(const CampaignPlan& plan, std::uint64_t seed) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // what was said before an abort is worth most
  LifePlan life = life_of(plan, seed);
  life.verbose = true;
  const Outcome outcome = live(life);
  std::printf("seed %llu: audit %s, %llu events, %.2f session-hours, %llu breaches\n%s\n",
              static_cast<unsigned long long>(seed), outcome.audit_hash,
              static_cast<unsigned long long>(outcome.events),
              static_cast<double>(outcome.session_ms) / 3.6e6,
              static_cast<unsigned long long>(outcome.breaches), outcome.first_breach);
  return outcome.breaches == 0;
}

bool print_audits(const CampaignPlan& plan) {
  bool is_sound = true;
  for (std::uint64_t seed = plan.first; seed < plan.first + plan.count; ++seed) {
    const Outcome outcome = live(life_of(plan, seed));
    std::printf("seed %llu: audit %s %s\n", static_cast<unsigned long long>(seed),
                outcome.audit_hash, outcome.first_breach);
    std::fflush(stdout);
    is_sound &= outcome.breaches == 0;
  }
  return is_sound;
}

}  // namespace jvpn::sim
