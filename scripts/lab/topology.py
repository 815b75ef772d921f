# SPDX-License-Identifier: Apache-2.0
"""The networks of the lab, their addresses, and what can happen to them."""

from .namespace import Namespace

GATEWAY = "198.51.100.1"          # the gateway's address on the underlay, without prefix
GATEWAY6 = "2001:db8:51::1"
INTERNET = "198.51.100.254"       # the gateway's next hop, in the net namespace
INTERNET6 = "2001:db8:51::fe"
PORT = 51820
SERVER = "10.99.0.2"              # the server behind the gateway
SERVER6 = "fd99::2"
INNER_GATEWAY = "10.99.0.1"
INNER_GATEWAY6 = "fd99::1"
CLIENT = "10.77.0.2"              # the client's address inside the tunnel
CLIENT6 = "fd77::2"
POOL, POOL6 = "10.77.0.0/16", "fd77::/112"
TUNNEL_MTU = 1420
WIFI_WAN = "203.0.113.2"          # what the internet sees of the client behind the Wi-Fi NAT


class Access:
    """One access network: the client's interface, its router, and the client's address there."""

    def __init__(self, interface, prefix, prefix6, metric):
        self.interface = interface
        self.prefix, self.prefix6, self.metric = prefix, prefix6, metric
        self.host = 2

    @property
    def router(self):
        return f"{self.prefix}.1"

    def address(self, host=None):
        return f"{self.prefix}.{host or self.host}/24"

    def address6(self, host=None):
        return f"{self.prefix6}::{host or self.host}/64"

    def routes(self):
        end = f"dev {self.interface} metric {self.metric}"
        return (f"route replace default via {self.router} {end}",
                f"route replace default via {self.prefix6}::1 {end}")


class Topology:
    """Lays out all networks at once; every change afterwards is one call.

    kernel_gateway: the gateway's namespace has its addresses in the kernel and forwards (for
    programs on kernel sockets, such as wireguard-go) instead of leaving the links to DPDK.
    offloads: leave the veth ends' checksum and segmentation offloads on, unlike any real wire.
    """

    def __init__(self, stack, kernel_gateway=False, offloads=False):
        self.wifi = Access("wifi0", "192.168.1", "2001:db8:a", 100)
        self.lte = Access("lte0", "100.64.0", "2001:db8:b", 200)
        for name in ("client", "wifi_router", "lte_router", "net", "gateway", "server"):
            space = Namespace(name)
            stack.callback(space.close)
            setattr(self, name, space)
        self._set_kernel_switches()
        self._connect()
        if not offloads:
            self._turn_offloads_off()
        self._configure_client()
        self._configure_routers()
        self._configure_server()
        if kernel_gateway:
            self._configure_kernel_gateway()
        else:
            self._keep_the_kernel_off_the_gateways_links()
        self._translate_at_wifi()

    def _set_kernel_switches(self):
        for space in (self.client, self.wifi_router, self.lte_router, self.net, self.gateway,
                      self.server):
            space.sysctl(ipv6__conf__all__accept_dad=0, ipv6__conf__default__accept_dad=0,
                         ipv4__conf__all__rp_filter=0, ipv4__conf__default__rp_filter=0,
                         ipv6__conf__all__accept_ra=0, ipv6__conf__default__accept_ra=0)
        for router in (self.wifi_router, self.lte_router, self.net):
            router.sysctl(ipv4__ip_forward=1, ipv6__conf__all__forwarding=1)
        # As a DHCP client would find it: a second address of the subnet outlives the first.
        self.client.sysctl(ipv4__conf__all__promote_secondaries=1)

    def _connect(self):
        self.client.link("wifi0", self.wifi_router, "lan")
        self.client.link("lte0", self.lte_router, "lan")
        self.wifi_router.link("wan", self.net, "w")
        self.lte_router.link("wan", self.net, "l")
        self.net.link("g", self.gateway, "u0")
        self.gateway.link("p0", self.server, "srv0")
        # The gateway's links are DPDK's alone: the kernel has not even a link-local address there.
        self.gateway.ip(*(f"link set dev {name} addrgenmode none" for name in ("u0", "p0")),
                        "link set dev u0 up", "link set dev p0 up")

    def _turn_offloads_off(self):
        """A veth would carry partial checksums and super-frames, which DPDK cannot know as such."""
        for space, names in ((self.client, ("wifi0", "lte0")), (self.server, ("srv0",)),
                             (self.gateway, ("u0", "p0"))):
            for name in names:
                space.run("ethtool", "-K", name, "tx", "off", "tso", "off", "gso", "off", "gro",
                          "off")

    def offload_like_cards(self, poll_mode_gateway):
        """Hosts and routers merge what they receive and leave cutting to the interface.

        For networks with offloads: as with network cards, and the routers between, which in the
        field are other machines, take as little of this one as they can. Frames for a poll-mode
        port have to be cut before they get there.
        """
        for space, name in ((self.client, "wifi0"), (self.client, "lte0"), (self.server, "srv0")):
            space.run("ethtool", "-K", name, "gro", "on")
        for space, name in ((self.net, "g"), (self.net, "w"), (self.net, "l"),
                            (self.wifi_router, "wan"), (self.wifi_router, "lan"),
                            (self.lte_router, "wan"), (self.lte_router, "lan")):
            space.run("ethtool", "-K", name, "gro", "on", "rx-udp-gro-forwarding", "on")
        if not poll_mode_gateway:
            return
        for space, name in ((self.net, "g"), (self.server, "srv0")):
            space.run("ethtool", "-K", name, "tx", "off", "tso", "off", "tx-udp-segmentation", "off")
        for name in ("u0", "p0"):  # veth merges only what comes from an end that cannot cut
            self.gateway.run("ethtool", "-K", name, "tso", "off", "tx-tcp-ecn-segmentation", "off",
                             "tx-tcp-mangleid-segmentation", "off")

    def _configure_client(self):
        for access in (self.wifi, self.lte):
            self.client.ip(f"addr add {access.address()} dev {access.interface}",
                           f"addr add {access.address6()} dev {access.interface} nodad",
                           f"link set dev {access.interface} up", *access.routes())

    def _configure_routers(self):
        self.wifi_router.ip(
            "addr add 192.168.1.1/24 dev lan", "addr add 2001:db8:a::1/64 dev lan",
            f"addr add {WIFI_WAN}/24 dev wan", "addr add 2001:db8:1::2/64 dev wan",
            "link set dev lan up", "link set dev wan up",
            "route add default via 203.0.113.1", "route add default via 2001:db8:1::1")
        self.lte_router.ip(
            "addr add 100.64.0.1/24 dev lan", "addr add 2001:db8:b::1/64 dev lan",
            "addr add 192.0.2.2/24 dev wan", "addr add 2001:db8:2::2/64 dev wan",
            "link set dev lan up", "link set dev wan up",
            "route add default via 192.0.2.1", "route add default via 2001:db8:2::1")
        self.net.ip(
            "addr add 203.0.113.1/24 dev w", "addr add 2001:db8:1::1/64 dev w",
            "addr add 192.0.2.1/24 dev l", "addr add 2001:db8:2::1/64 dev l",
            f"addr add {INTERNET}/24 dev g", f"addr add {INTERNET6}/64 dev g",
            "link set dev w up", "link set dev l up", "link set dev g up",
            "route add 100.64.0.0/24 via 192.0.2.2",  # LTE is routed, Wi-Fi hides behind its NAT
            "route add 2001:db8:a::/64 via 2001:db8:1::2",
            "route add 2001:db8:b::/64 via 2001:db8:2::2")

    def _configure_server(self):
        self.server.ip(f"addr add {SERVER}/24 dev srv0", f"addr add {SERVER6}/64 dev srv0 nodad",
                       "link set dev srv0 up",
                       f"route add {POOL} via {INNER_GATEWAY} mtu {TUNNEL_MTU}",
                       f"route add {POOL6} via {INNER_GATEWAY6} mtu {TUNNEL_MTU}")

    def _configure_kernel_gateway(self):
        self.gateway.sysctl(ipv4__ip_forward=1, ipv6__conf__all__forwarding=1)
        self.gateway.ip(f"addr add {GATEWAY}/24 dev u0", f"addr add {GATEWAY6}/64 dev u0 nodad",
                        f"addr add {INNER_GATEWAY}/24 dev p0",
                        f"addr add {INNER_GATEWAY6}/64 dev p0 nodad",
                        f"route add default via {INTERNET}",
                        f"route add default via {INTERNET6}")

    def _keep_the_kernel_off_the_gateways_links(self):
        """As docs/LIMITS.md tells operators of af_packet ports: or the kernel looks for a route for
        each packet that DPDK has taken already, and finds none."""
        self.gateway.nft("""
            table ip dpdk {
              chain links {
                type filter hook prerouting priority raw;
                iifname "u0" drop
                iifname "p0" drop
              }
            }""")

    def _translate_at_wifi(self):
        """Masquerade with random ports: a forgotten mapping never comes back as the same one."""
        self.wifi_router.nft("""
            table ip nat {
              chain post {
                type nat hook postrouting priority srcnat;
                oifname "wan" masquerade random,fully-random
              }
              chain unsolicited {
                type filter hook input priority filter;
                iifname "wan" ct state new drop
              }
            }""")

    # What can happen; those that return a time tell when it did (CLOCK_MONOTONIC, ns).

    def access(self, interface):
        return {"wifi0": self.wifi, "lte0": self.lte}[interface]

    def link_down(self, interface):
        return self._at_once(f"link set dev {interface} down")

    def _at_once(self, *lines):
        return self.client.trigger(["ip", "-batch", "-"], "\n".join(lines) + "\n")

    def link_up(self, interface):
        """Brings a link back with its addresses and routes, as a network manager would."""
        access = self.access(interface)
        self.client.ip(f"link set dev {interface} up",
                       f"addr replace {access.address()} dev {interface}",
                       f"addr replace {access.address6()} dev {interface} nodad", *access.routes())

    def change_address(self, interface):
        """The client gets another address on the same access network."""
        access = self.access(interface)
        old, old6 = access.address(), access.address6()
        access.host = access.host + 1 if access.host < 200 else 2
        return self._at_once(f"addr add {access.address()} dev {interface}",
                             f"addr del {old} dev {interface}",
                             f"addr add {access.address6()} dev {interface} nodad",
                             f"addr del {old6} dev {interface}", *access.routes())

    def rebind_nat(self):
        """The Wi-Fi NAT forgets its mappings; the next packet outward gets another port."""
        return self.wifi_router.trigger(["sh", "-c", "read -r go && exec conntrack -F"], "go\n")
