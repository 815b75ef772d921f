# SPDX-License-Identifier: Apache-2.0
"""TCP through our client and gateway beside TCP through wireguard-go, in the same networks.

Started by scripts/compare_wireguard_go.sh. The two take turns, so that both meet the same machine.
"""

import argparse
import json
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import iperf, preflight, topology, wireguard
from .cleanup import Interrupted, undone_at_exit
from .deployment import Deployment, Programs, Settings
from .process import CommandFailed
from .topology import Topology

BAR = 1.5
DIRECTIONS = ("up", "down")


def our_tunnel(net, programs, folder, stack):
    own = stack.enter_context(tempfile.TemporaryDirectory(dir=folder))
    Deployment(net, programs, own, Settings()).start(stack)


class Side:
    """One contestant: its networks, and how its tunnel comes up in them."""

    def __init__(self, name, stack, folder, open_tunnel, kernel_gateway):
        self.name, self.folder, self.open_tunnel = name, folder, open_tunnel
        self.net = Topology(stack, kernel_gateway=kernel_gateway)
        self.server = iperf.Server(self.net.server, topology.SERVER, folder)
        stack.callback(self.server.stop)
        self.bits = {direction: [] for direction in DIRECTIONS}

    def play_round(self, seconds):
        with ExitStack() as stack:
            self.open_tunnel(self.net, self.folder, stack)
            for direction in DIRECTIONS:
                bits = iperf.tcp_bits_per_second(self.net.client, self.server, seconds,
                                                 downlink=direction == "down")
                self.bits[direction].append(bits)
                print(f"  {self.name:14} {direction:5} {bits / 1e6:8.0f} Mbit/s", flush=True)

    def median(self, direction):
        return statistics.median(self.bits[direction])


def run(options, stack):
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="jvpn-compare-"))
    programs = Programs(options.build)
    ours = Side("jumping-vpn", stack, folder,
                lambda net, at, inner: our_tunnel(net, programs, at, inner), False)
    theirs = Side("wireguard-go", stack, folder, wireguard.open_tunnel, True)
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}, {options.seconds} s each", flush=True)
        for side in (theirs, ours):
            side.play_round(options.seconds)
    return ours, theirs


def conclude(ours, theirs):
    """Prints medians and ratios; returns the figures."""
    version = wireguard.version()
    figures = {"wireguard_go_version": version, "bar": BAR, "directions": {}}
    print(f"\nmedian TCP throughput, one flow; wireguard-go {version}")
    for direction in DIRECTIONS:
        mine, other = ours.median(direction), theirs.median(direction)
        figures["directions"][direction] = {
            "jumping_vpn_bits_per_second": ours.bits[direction],
            "wireguard_go_bits_per_second": theirs.bits[direction], "ratio": mine / other}
        print(f"  {direction:5} jumping-vpn {mine / 1e6:6.0f} Mbit/s, wireguard-go"
              f" {other / 1e6:6.0f} Mbit/s: ratio {mine / other:.2f} (bar {BAR})")
    figures["passed"] = all(d["ratio"] >= BAR for d in figures["directions"].values())
    print("PASSED" if figures["passed"] else "FAILED")
    return figures


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/compare_wireguard_go.sh", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6, help="of each measurement")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    missing = preflight.problems()
    if missing:
        print("This machine cannot run the lab:\n  - " + "\n  - ".join(missing), file=sys.stderr)
        return 1
    try:
        with undone_at_exit() as stack:
            figures = conclude(*run(options, stack))
    except Interrupted as interrupted:
        print(f"\n{interrupted}; everything was taken down", file=sys.stderr)
        return interrupted.exit_code
    except (CommandFailed, OSError) as error:
        print(f"\nFAILED: {error}", file=sys.stderr)
        return 1
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if figures["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
