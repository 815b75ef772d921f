# SPDX-License-Identifier: Apache-2.0
"""A network behind the client: a host that knows no tunnel, and the client as its router."""

from . import topology
from .namespace import Namespace

NETWORK, NETWORK6 = "192.168.50.0/24", "fd50::/64"
ROUTER, ROUTER6 = "192.168.50.1", "fd50::1"
HOST, HOST6 = "192.168.50.9", "fd50::9"


class Site:
    def __init__(self, stack, net):
        self.host = Namespace("site")
        stack.callback(self.host.close)
        self.host.sysctl(ipv6__conf__all__accept_dad=0, ipv6__conf__default__accept_dad=0)
        net.client.link("site0", self.host, "lan")
        net.client.sysctl(ipv4__ip_forward=1, ipv6__conf__all__forwarding=1)
        net.client.ip(f"addr add {ROUTER}/24 dev site0", f"addr add {ROUTER6}/64 dev site0 nodad",
                      "link set dev site0 up")
        self.host.ip(f"addr add {HOST}/24 dev lan", f"addr add {HOST6}/64 dev lan nodad",
                     "link set dev lan up",
                     f"route add default via {ROUTER} mtu {topology.TUNNEL_MTU}",
                     f"route add default via {ROUTER6} mtu {topology.TUNNEL_MTU}")
        net.server.ip(f"route add {NETWORK} via {topology.INNER_GATEWAY} mtu {topology.TUNNEL_MTU}",
                      f"route add {NETWORK6} via {topology.INNER_GATEWAY6} mtu {topology.TUNNEL_MTU}")
