// SPDX-License-Identifier: Apache-2.0
#include "dataplane/port.h"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

namespace jvpn {
namespace {

tl::unexpected<Error> refuse(const DeviceText& device, const std::string& why) {
  return fail("device \"" + device.to_string() + "\": " + why);
}

std::string hint(const DeviceText& device, int error) {
  if (error == EPERM || error == EACCES) return "; run as root";
  if (device.is_af_packet()) return "; it needs CAP_NET_RAW and memory for its rings";
  if (device.is_tap()) return "; it needs CAP_NET_ADMIN and /dev/net/tun";
  return "";
}

Result<void> check_queues(const DeviceText& device, const rte_eth_dev_info& info,
                          std::uint16_t queues) {
  const std::uint16_t offered = std::min(info.max_rx_queues, info.max_tx_queues);
  if (offered >= queues) return {};
  return refuse(device, "it has " + std::to_string(offered) + " queue(s), but there are " +
                            std::to_string(queues) + " workers and each needs its own");
}

}  // namespace

Result<Port> Port::open(const DeviceText& device, const PortWish& wish) {
  const int probed = rte_dev_probe(device.to_string().c_str());
  std::uint16_t id = kNone;
  // Both are asked: a driver may fail and its bus still report success.
  if (probed != 0 || rte_eth_dev_get_port_by_name(device.name.c_str(), &id) != 0) {
    const int error = probed < 0 ? -probed : ENODEV;
    return refuse(device, std::string("DPDK could not open it: ") + rte_strerror(error) +
                              hint(device, error));
  }
  Port port(id);
  if (auto started = port.start(device, wish); !started) return fail(started.error().what);
  return port;
}

Result<void> Port::start(const DeviceText& device, const PortWish& wish) {
  rte_eth_dev_info info{};
  if (rte_eth_dev_info_get(id_, &info) != 0) return refuse(device, "it tells nothing about itself");
  if (auto enough = check_queues(device, info, wish.queues()); !enough) return enough;
  const std::uint64_t hashed = wish.queues() > 1 ? info.flow_type_rss_offloads & wanted_rss() : 0;
  Result<void> up = bring_up(device, wish, hashed, wish.interrupts);
  // A driver may offer what its device then refuses: with less, until there is nothing left to
  // drop.
  if (!up && wish.interrupts) up = bring_up(device, wish, hashed, false);
  if (!up && hashed != 0) up = bring_up(device, wish, 0, false);
  if (!up) return up;
  rte_ether_addr address{};
  if (rte_eth_macaddr_get(id_, &address) != 0) return refuse(device, "it has no MAC address");
  std::memcpy(mac_.data(), address.addr_bytes, mac_.size());
  rte_eth_allmulticast_enable(id_);  // neighbour discovery; devices that cannot do not filter
  if (wish.queues() > 1) rss_ = read_rss(id_, wish.queues());
  return {};
}

Result<void> Port::bring_up(const DeviceText& device, const PortWish& wish, std::uint64_t hashed,
                            bool with_interrupts) {
  rte_eth_conf shape{};
  shape.intr_conf.rxq = with_interrupts ? 1 : 0;
  if (hashed != 0) {
    shape.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    shape.rx_adv_conf.rss_conf.rss_hf = hashed;
  }
  if (rte_eth_dev_configure(id_, wish.queues(), wish.queues(), &shape) != 0) {
    return refuse(device,
                  "it cannot be configured with " + std::to_string(wish.queues()) + " queue(s)");
  }
  if (auto ready = set_up_queues(device, wish); !ready) return ready;
  if (const int error = rte_eth_dev_start(id_); error != 0) {
    return refuse(device, std::string("it cannot be started: ") + rte_strerror(-error));
  }
  return {};
}

Result<void> Port::set_up_queues(const DeviceText& device, const PortWish& wish) {
  std::uint16_t rx = kRing;
  std::uint16_t tx = kRing;
  rte_eth_dev_adjust_nb_rx_tx_desc(id_, &rx, &tx);
  const auto near = static_cast<unsigned>(socket());
  for (std::uint16_t queue = 0; queue < wish.queues(); ++queue) {
    if (rte_eth_rx_queue_setup(id_, queue, rx, near, nullptr, wish.buffers[queue]) != 0 ||
        rte_eth_tx_queue_setup(id_, queue, tx, near, nullptr) != 0) {
      return refuse(device, "queue " + std::to_string(queue) + " cannot be set up");
    }
  }
  return {};
}

int Port::socket() const {
  return rte_eth_dev_socket_id(id_);
}

Port::~Port() {
  if (id_ == kNone) return;
  rte_eth_dev_info info{};
  const bool known = rte_eth_dev_info_get(id_, &info) == 0;
  rte_eth_dev_stop(id_);
  rte_eth_dev_close(id_);
  if (known && info.device != nullptr) rte_dev_remove(info.device);
}

}  // namespace jvpn
