# SPDX-License-Identifier: Apache-2.0
"""A laboratory in network namespaces: a client with two access networks, a gateway, a server.

    client         wifi_router (NAT)        net ("internet")        gateway            server
    wifi0 -------- lan  wan --------------- w
                                                g ----------------- u0     p0 -------- srv0
    lte0 --------- lan  wan --------------- l                       (no kernel addresses)
                   lte_router (routed)

The namespaces have no name and no mount: the lab's process holds them open, and each program it
starts is told to end when that process does. So nothing stays behind, even when the lab is killed.
"""
