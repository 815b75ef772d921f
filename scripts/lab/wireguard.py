# SPDX-License-Identifier: Apache-2.0
"""Debian's wireguard-go in both namespaces of a lab, for comparison."""

import os
import re

from . import process, topology
from .process import CommandFailed

SOCKETS = "/var/run/wireguard"


def version():
    """What the installed package calls itself, for the report."""
    package = process.run(["dpkg-query", "-W", "-f", "${Version}", "wireguard-go"]).stdout.strip()
    said = process.run(["wireguard-go", "--version"], check=False)
    first = re.search(r"v?\d[\w.]*", said.stdout + said.stderr)
    return f"{first.group() if first else 'unknown'} (Debian package {package})"


class End:
    """One end: the daemon, its interface, its keys. Interface names are unique on the machine.

    The daemon's control socket is named after its interface in a folder that all namespaces share.
    """

    def __init__(self, side, namespace, folder):
        self.name = f"wg{side}{os.getpid() % 1_000_000}"
        self.namespace = namespace
        self.private = process.run(["wg", "genkey"]).stdout.strip()
        self.public = process.run(["wg", "pubkey"], stdin_text=self.private).stdout.strip()
        self.program = process.Program(
            f"wireguard-go-{side}", ["wireguard-go", "--foreground", self.name], folder, namespace,
            environment={"WG_PROCESS_FOREGROUND": "1", "LOG_LEVEL": "error"})
        self.program.require(lambda: os.path.exists(f"{SOCKETS}/{self.name}.sock"), "its socket")

    def configure(self, text, *lines):
        self.namespace.run("wg", "setconf", self.name, "/dev/stdin",
                           stdin_text=f"[Interface]\nPrivateKey = {self.private}\n{text}")
        self.namespace.ip(*(line.format(name=self.name) for line in lines))

    def stop(self):
        self.program.stop()
        if os.path.exists(f"{SOCKETS}/{self.name}.sock"):
            os.unlink(f"{SOCKETS}/{self.name}.sock")


def open_tunnel(net, folder, stack):
    """Connects client and gateway; ping works when it returns, all is undone by the stack.

    net: a Topology with kernel_gateway=True.
    """
    if not os.path.isdir(SOCKETS):
        stack.callback(_remove_if_empty, SOCKETS)
    client = End("c", net.client, folder)
    stack.callback(client.stop)
    gateway = End("g", net.gateway, folder)
    stack.callback(gateway.stop)
    mtu = topology.TUNNEL_MTU
    gateway.configure(
        f"ListenPort = {topology.PORT}\n[Peer]\nPublicKey = {client.public}\n"
        f"AllowedIPs = {topology.CLIENT}/32\n",
        f"link set dev {{name}} mtu {mtu} up", f"route add {topology.POOL} dev {{name}}")
    client.configure(
        f"[Peer]\nPublicKey = {gateway.public}\nAllowedIPs = 10.99.0.0/24\n"
        f"Endpoint = {topology.GATEWAY}:{topology.PORT}\n",
        f"addr add {topology.CLIENT}/32 dev {{name}}", f"link set dev {{name}} mtu {mtu} up",
        "route add 10.99.0.0/24 dev {name}")
    if net.client.run("ping", "-c1", "-W5", topology.SERVER, check=False).returncode != 0:
        raise CommandFailed("wireguard-go: no ping through its tunnel")


def _remove_if_empty(folder):
    try:
        os.rmdir(folder)
    except OSError:
        pass  # another run's sockets are in it
