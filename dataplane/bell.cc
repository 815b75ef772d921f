// SPDX-License-Identifier: Apache-2.0
#include "dataplane/bell.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace jvpn {

Result<std::unique_ptr<Bell>> Bell::create() {
  const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) return fail(std::string("no eventfd for a worker: ") + std::strerror(errno));
  return std::unique_ptr<Bell>(new Bell(fd));
}

Bell::~Bell() {
  close(fd_);
}

void Bell::arm() {
  sleeps_.exchange(true, std::memory_order_acq_rel);
}

void Bell::disarm() {
  sleeps_.exchange(false, std::memory_order_acq_rel);
}

void Bell::silence() {
  eventfd_t rung = 0;
  eventfd_read(fd_, &rung);
}

void Bell::ring() {
  if (sleeps_.exchange(false, std::memory_order_acq_rel)) eventfd_write(fd_, 1);
}

}  // namespace jvpn
