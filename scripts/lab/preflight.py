# SPDX-License-Identifier: Apache-2.0
"""What this machine must offer; each missing thing is named with what to do about it."""

import os
import shutil

from .namespace import Namespace
from .process import CommandFailed

TOOLS = {"ip": "iproute2", "ss": "iproute2", "ping": "iputils-ping", "iperf3": "iperf3",
         "nft": "nftables", "conntrack": "conntrack", "ethtool": "ethtool"}
MEMORY_MB = 1000
CORES = 2


def _root():
    if os.geteuid() != 0:
        yield "not root: run it with sudo or as root (namespaces, TUN and raw ports need it)"


def _tools():
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            yield f"'{tool}' is missing: apt-get install {package}"


def _tun():
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
    except FileNotFoundError:
        yield ("/dev/net/tun does not exist: modprobe tun; in a container start it with"
               " --device /dev/net/tun")
    except OSError as error:
        yield f"/dev/net/tun cannot be opened ({error.strerror}): a container must allow the device"


def _cores():
    cores = len(os.sched_getaffinity(0))
    if cores < CORES:
        yield f"only {cores} core: the gateway pins a worker and its control thread to {CORES}"


def _memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        fields = dict(line.split(":") for line in file)
    available = int(fields["MemAvailable"].split()[0]) // 1024
    if available < MEMORY_MB:
        yield f"only {available} MB of memory are available, {MEMORY_MB} are needed"


def _namespaces():
    try:
        space = Namespace("probe")
    except (OSError, CommandFailed) as error:
        yield (f"network namespaces cannot be made ({error}): in a container start it with"
               " --privileged, or CAP_SYS_ADMIN and CAP_NET_ADMIN")
        return
    try:
        space.ip("link add a0 type veth peer name b0")
    except CommandFailed as error:
        yield f"no veth interfaces: the kernel needs CONFIG_VETH ({error})"
    try:
        space.nft("table ip t {\nchain c {\ntype nat hook postrouting priority srcnat\n"
                  "masquerade random,fully-random\n}\n}\n")
    except CommandFailed as error:
        yield f"nftables cannot masquerade: the kernel needs CONFIG_NFT_MASQ and nf_nat ({error})"
    space.close()


def problems():
    """What is missing, in the order in which to put it right; empty when all is there."""
    found = [*_root(), *_tools()]
    if found:
        return found  # without these the probes below would only blame the wrong thing
    return [*_tun(), *_cores(), *_memory(), *_namespaces()]
