# SPDX-License-Identifier: Apache-2.0
"""Very many real sessions against one real gateway: the lab of benchmarks/churn.

    world                                         gateway
    c0  198.51.100.254, all of 100.64.0.0/10 ---- u0
    s0  10.99.0.2, the sink ----------------------p0      (no kernel addresses)

Started by scripts/churn.sh; options that are not its own go to `jvpn-churn run`.
"""

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import hugepages, preflight, process
from .cleanup import Interrupted, undone_at_exit
from .deployment import Programs, make_key
from .namespace import Namespace
from .process import CommandFailed, Program

GATEWAY, WORLD, PORT = "198.51.100.1", "198.51.100.254", 51820
INNER_GATEWAY, SINK, SINK_PORT = "10.99.0.1", "10.99.0.2", 7001
POOL, SOURCES = "10.64.0.0/12", "100.64.0.0/10"
START_S = 60
DEFAULT_REKEY_MS = 120_000
PEERS_READ_PER_S = 10_000   # by a gateway that starts, at least
# What an operator would set for so many sessions that all come from one place.
POLICY = """\
[policy]
version = "1.0"
[policy.switching]
max_switches_per_min = 60
max_nat_rebinds_per_min = 60
[policy.security]
rekey_after_ms = {rekey}
[policy.volatility]
heartbeat_interval_ms = {heartbeat}
heartbeat_volatile_ms = {late}
transport_dead_ms = {dead}
[policy.limits]
sessions_per_prefix = 1000000
handshakes_per_s = 20000
handshakes_per_source_per_s = 20000
reattaches_per_s = 100000
reattaches_per_source_per_s = 100000
"""


class Net:
    """Two namespaces and the two links between them."""

    def __init__(self, stack):
        self.world, self.gateway = Namespace("world"), Namespace("gateway")
        stack.callback(self.world.close)
        stack.callback(self.gateway.close)
        self.world.sysctl(ipv4__conf__all__rp_filter=0, ipv4__conf__default__rp_filter=0,
                          ipv4__conf__all__arp_announce=2)
        self.world.link("c0", self.gateway, "u0")
        self.world.link("s0", self.gateway, "p0")
        self.gateway.ip("link set dev u0 addrgenmode none", "link set dev p0 addrgenmode none",
                        "link set dev u0 up", "link set dev p0 up")
        for space, names in ((self.world, ("c0", "s0")), (self.gateway, ("u0", "p0"))):
            for name in names:
                space.run("ethtool", "-K", name, "tx", "off", "tso", "off", "gso", "off", "gro",
                          "off")
        self.world.ip(f"addr add {WORLD}/24 dev c0", f"addr add {SINK}/24 dev s0",
                      "link set dev c0 up", "link set dev s0 up",
                      f"route add local {SOURCES} dev lo",
                      f"route add {POOL} via {INNER_GATEWAY} dev s0")


def control_core(options):
    """The control thread's: the gateway has a core, and what plays its clients has the other."""
    if options.control_core is not None:
        return options.control_core
    return 0 if options.power == "poll" else 1


class Gateway:
    """Keys, configuration and the running gateway, in a folder of its own."""

    def __init__(self, net, programs, folder, options):
        self.net, self.programs, self.folder = net, programs, Path(folder)
        self.public_key = make_key(programs, self.folder / "gateway.key")
        self.file = self.folder / "gateway.toml"
        self.start_s = START_S + options.sessions // PEERS_READ_PER_S
        self.socket = self.folder / "gateway.sock"
        self.file.write_text(self._config(options))

    def _config(self, options):
        peers = process.run([self.programs.churn, "peers", "--sessions", options.sessions, "--seed",
                             options.seed, "--inner", POOL], timeout_s=120).stdout
        audit = "" if options.no_audit else 'audit_file = "audit.jsonl"\n'
        return f"""\
[gateway]
node_id = 1
private_key_file = "gateway.key"
{audit}control_socket = "{self.socket}"
[dataplane]
workers = [1]
control_core = {control_core(options)}
power = "{options.power}"
hugepages = "{options.hugepages}"
memory_mb = {options.memory_mb or memory_mb(options.sessions)}
max_sessions = {options.sessions + options.sessions // 16 + 64}
[[underlay]]
device = "{options.underlay}"
address = "{GATEWAY}/24"
next_hop = "{WORLD}"
port = {PORT}
[plaintext]
device = "{options.plaintext}"
address = "{INNER_GATEWAY}/24"
next_hop = "{SINK}"
[pool]
ipv4 = "{POOL}"
{policy(options)}{peers}"""

    def start(self):
        program = Program("gateway", [self.programs.gateway, "--config", self.file], self.folder,
                          self.net.gateway)
        self.program = program
        program.require(self._answers, "answering its control socket", self.start_s)
        return program

    def _answers(self):
        return self.socket.exists() and process.run(
            [self.programs.ctl, "--socket", self.socket, "--json", "counters"],
            check=False).returncode == 0

    def counters(self):
        done = process.run([self.programs.ctl, "--socket", self.socket, "--json", "counters"])
        return json.loads(done.stdout)


def policy(options):
    """The limits of a path's silence stand in the same proportion to heartbeats as by default. Keys
    last so long that a quarter of the thousand rekeys a second that a gateway grants is enough."""
    heartbeat = options.heartbeat_ms
    return POLICY.format(heartbeat=heartbeat, late=heartbeat * 4, dead=heartbeat * 6,
                         rekey=max(DEFAULT_REKEY_MS, options.sessions * 4))


def memory_mb(sessions):
    """Records, a second key epoch for some, and what any gateway needs."""
    return 256 + sessions * 4 // 1024 + sessions // 1024


def churn_command(programs, gateway, options, rest):
    command = [programs.churn, "run", "--sessions", options.sessions, "--seed", options.seed,
               "--inner", POOL, "--sources", SOURCES, "--gateway", f"{GATEWAY}:{PORT}",
               "--public-key", gateway.public_key, "--sink", f"{SINK}:{SINK_PORT}",
               "--gateway-pid", gateway.program.pid]
    return command + list(rest)


def run(options, rest, stack):
    """jvpn-churn's exit code; its output is the caller's."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="jvpn-churn-"))
    programs = Programs(options.build)
    if options.hugepages == "require":
        hugepages.reserve(stack, options.memory_mb or memory_mb(options.sessions) // 2 + 16)
    net = Net(stack)
    gateway = Gateway(net, programs, folder, options)
    program = gateway.start()
    stack.callback(program.stop)
    churn = process.popen(churn_command(programs, gateway, options, rest), net.world)
    stack.callback(process.end, churn, 30.0)
    code = churn.wait()
    if options.counters:
        for name, count in sorted(gateway.counters().items()):
            if count:
                print(f"  {name} {count}")
    if not program.running() or options.log:
        print(program.log()[-3000:], file=sys.stderr)
    return code if program.running() else 1


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="scripts/churn.sh", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--heartbeat-ms", type=int, default=2000,
                        help="the policy's interval; its limits of silence follow it")
    parser.add_argument("--power", choices=("adaptive", "poll"), default="adaptive")
    parser.add_argument("--control-core", type=int, choices=(0, 1),
                        help="default: 1, beside the worker, unless that one polls without rest;"
                        " core 0 is left to jvpn-churn")
    parser.add_argument("--hugepages", choices=("off", "auto", "require"), default="off")
    parser.add_argument("--memory-mb", type=int, help="the gateway's; default: by --sessions")
    parser.add_argument("--no-audit", action="store_true", help="let the gateway write none")
    parser.add_argument("--counters", action="store_true", help="show the gateway's at the end")
    parser.add_argument("--log", action="store_true", help="show the gateway's log at the end")
    parser.add_argument("--underlay", default="net_af_packet0,iface=u0", help="DPDK device")
    parser.add_argument("--plaintext", default="net_af_packet1,iface=p0", help="DPDK device")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_known_args(arguments)


def main(arguments=None):
    options, rest = parse(arguments)
    missing = preflight.problems()
    if missing:
        print("This machine cannot run the lab:\n  - " + "\n  - ".join(missing), file=sys.stderr)
        return 2
    try:
        with undone_at_exit() as stack:
            return run(options, rest, stack)
    except Interrupted as interrupted:
        print(f"\n{interrupted}; everything was taken down", file=sys.stderr)
        return interrupted.exit_code
    except (CommandFailed, hugepages.Unavailable, OSError) as error:
        print(f"\nFAILED: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
