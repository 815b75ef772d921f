# SPDX-License-Identifier: Apache-2.0
"""A laboratory in network namespaces: a client with two access networks, a gateway, a server behind it.

    client ns          wifi ns (NAT)                                     gateway ns           server ns
    wifi0 ----------- lan   wan ------- w                                u0    p0 ----------- srv0
                                          net ns ("the internet") g --- (no kernel addresses)
    lte0 ------------ lan   wan ------- l
                       lte ns (routed)

The namespaces have no name and no mount: the lab's process holds them open, and each program it starts is
told to end when that process does. So nothing can be left behind, even when the lab is killed.
"""
