// SPDX-License-Identifier: Apache-2.0
// The sleeping itself: the one place where a worker makes system calls.
#include "dataplane/doze.h"

#include <poll.h>
#include <rte_ethdev.h>
#include <sys/epoll.h>

namespace jvpn {
namespace {

timespec to_timespec(Duration duration) {
  return {0, static_cast<long>(duration.count())};
}
static_assert(Doze::kLongestSleep < std::chrono::seconds(1));

}  // namespace

void Doze::arm() {
  if (by_ == DozeBy::monitor) return;
  bell_.arm();
  if (by_ != DozeBy::interrupt) return;
  for (const WakingQueue& queue : queues_) rte_eth_dev_rx_intr_enable(queue.device, queue.queue);
}

void Doze::disarm() {
  if (by_ == DozeBy::monitor) return;
  bell_.disarm();
  if (by_ != DozeBy::interrupt) return;
  for (const WakingQueue& queue : queues_) rte_eth_dev_rx_intr_disable(queue.device, queue.queue);
}

void Doze::wait(bool brief) {
  switch (by_) {
    case DozeBy::interrupt:
      if (alert_ != 0) --alert_;
      return sleep(brief || alert_ != 0 ? kNap : kLongestSleep);
    case DozeBy::monitor:
      if (!monitor(brief ? kNap : kLongestMonitor)) sleep(kNap);
      return;
    case DozeBy::nap:
      const bool is_long = !brief && naps_++ >= kShortNaps;
      return sleep(is_long ? kLongNap : kNap);
  }
}

void Doze::sleep(Duration longest) {
  const timespec limit = to_timespec(longest);
  pollfd files[] = {{bell_.fd(), POLLIN, 0}, {epoll_, POLLIN, 0}};  // -1 is passed over
  if (ppoll(files, 2, &limit, nullptr) <= 0) return;
  if (files[0].revents != 0) bell_.silence();
  if (files[1].revents == 0) return;
  epoll_event edges[16];
  // Edges are taken once: what a queue's file counts is never read, and need not be.
  epoll_wait(epoll_, edges, 16, 0);
  alert_ = kAlertNaps;
}

}  // namespace jvpn
