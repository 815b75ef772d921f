// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/churn/signals.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

namespace jvpn::churn {
namespace {

volatile std::sig_atomic_t g_stops = 0;
volatile std::sig_atomic_t g_storm = 0;

void on_signal(int number) {
  if (number == SIGUSR1) {
    g_storm = 1;
  } else {
    g_stops = g_stops + 1;
  }
}

}  // namespace

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART, so that a waiting call returns
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) sigaction(number, &action, nullptr);
}

int stop_requests() {
  return g_stops;
}

bool take_storm_request() {
  const bool asked = g_storm != 0;
  g_storm = 0;
  return asked;
}

bool is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}

void show(const std::string& line) {
  if (is_terminal()) std::fprintf(stderr, "\r\033[K%s", line.c_str());
}

}  // namespace jvpn::churn
