// SPDX-License-Identifier: Apache-2.0
#include "dataplane/eal.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace jvpn {
namespace {

constexpr std::uint64_t kHugepageMb = 2;

std::string text(std::uint64_t number) {
  return std::to_string(number);
}

Result<void> check_core(unsigned core) {
  cpu_set_t available;
  CPU_ZERO(&available);
  sched_getaffinity(0, sizeof available, &available);
  if (core < CPU_SETSIZE && CPU_ISSET(core, &available)) return {};
  std::string cores;
  for (unsigned i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &available)) cores += (cores.empty() ? "" : ", ") + text(i);
  }
  return fail("core " + text(core) + " is not available to this process (available: " + cores +
              "); change dataplane.workers or dataplane.control_core");
}

/// Whether to use hugepages, or why the wish cannot be met.
Result<bool> choose_hugepages(const EalRequest& request) {
  if (request.hugepages == Hugepages::off) return false;
  const std::uint64_t free_mb = free_hugepages() * kHugepageMb;
  if (free_mb >= request.memory_mb) return true;
  if (request.hugepages == Hugepages::automatic) return false;
  return fail("dataplane.hugepages = \"require\", but only " + text(free_mb) + " MB of the " +
              text(request.memory_mb) +
              " MB of dataplane.memory_mb are free in 2 MB hugepages; "
              "reserve some (echo " +
              text((request.memory_mb + 1) / kHugepageMb) +
              " > /proc/sys/vm/nr_hugepages) or set hugepages = \"auto\"");
}

/// Control is lcore 0, worker w is lcore w + 1; several may share a core.
std::string lcores(const EalRequest& request) {
  std::string out = "0@" + text(request.control_core);
  for (std::size_t i = 0; i < request.worker_cores.size(); ++i) {
    out += "," + text(i + 1) + "@" + text(request.worker_cores[i]);
  }
  return out;
}

std::vector<std::string> arguments(const EalRequest& request, bool hugepages) {
  std::vector<std::string> out{
      "jvpn-gateway", "--lcores=" + lcores(request), "--main-lcore=0",
      "--file-prefix=jvpn-" + text(static_cast<std::uint64_t>(getpid())), "--no-telemetry",
      // Flow rules, which we do not use, it misses loudly on small kernels. For drivers, which are
      // loaded later, the first match counts.
      "--log-level=pmd.net.tap:critical", "--log-level=*:error", "-m", text(request.memory_mb)};
  out.push_back(hugepages ? "--in-memory" : "--no-huge");
  if (!hugepages) out.push_back("--no-shconf");
  if (request.pci_devices.empty()) {
    out.insert(out.end(), {"--no-pci", "--iova-mode=va"});
  }
  for (const std::string& device : request.pci_devices) out.insert(out.end(), {"-a", device});
  out.insert(out.end(), request.extra_args.begin(), request.extra_args.end());
  return out;
}

std::string explain(int error) {
  std::string out = std::string("DPDK could not start: ") + rte_strerror(error);
  if (error == EACCES || error == EPERM) out += "; run as root";
  if (error == ENOMEM) out += "; lower dataplane.memory_mb or set dataplane.hugepages = \"off\"";
  if (error == EALREADY) out += "; it was started before in this process";
  return out;
}

/// And the folder above it, if that is empty then. Best effort: there may be none.
void remove_runtime_folder() {
  const std::filesystem::path folder = rte_eal_get_runtime_dir();
  std::error_code ignored;
  if (folder.empty()) return;
  std::filesystem::remove_all(folder, ignored);
  std::filesystem::remove(folder.parent_path(), ignored);
}

}  // namespace

struct Eal::Running {
  std::vector<std::string> arguments;  ///< EAL keeps pointers into them
  std::vector<char*> argv;
  std::string memory_kind;
};

std::uint64_t free_hugepages() {
  std::ifstream file("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  std::uint64_t pages = 0;
  file >> pages;
  return file ? pages : 0;
}

Result<Eal> Eal::start(const EalRequest& request) {
  for (unsigned core : request.worker_cores) {
    if (auto available = check_core(core); !available) return fail(available.error().what);
  }
  if (auto available = check_core(request.control_core); !available) {
    return fail(available.error().what);
  }
  const Result<bool> hugepages = choose_hugepages(request);
  if (!hugepages) return fail(hugepages.error().what);

  auto running = std::make_unique<Running>();
  running->arguments = arguments(request, *hugepages);
  running->memory_kind = *hugepages ? "2 MB hugepages" : "4 KiB pages (no hugepages)";
  for (std::string& argument : running->arguments) running->argv.push_back(argument.data());
  if (rte_eal_init(static_cast<int>(running->argv.size()), running->argv.data()) < 0) {
    const std::string why = explain(rte_errno);
    if (rte_errno != EALREADY) remove_runtime_folder();
    return fail(why);
  }
  // Nothing of ours lives in it without shared memory files; so not even a killed gateway leaves
  // it.
  remove_runtime_folder();
  return Eal(running.release());
}

const std::string& Eal::memory_kind() const {
  return running_->memory_kind;
}

void Eal::End::operator()(Running* running) const {
  rte_eal_cleanup();
  delete running;
}

}  // namespace jvpn
