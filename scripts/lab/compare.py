# SPDX-License-Identifier: Apache-2.0
"""TCP and small UDP packets through our client and gateway beside wireguard-go, in equal networks.

Their interfaces offload as network cards do, save those that face a poll-mode port.

Started by scripts/compare_wireguard_go.sh. The two take turns, so that both meet the same machine:
TCP throughput both ways in rounds, then for each the highest rate of a paced flow of 64 B datagrams
from client to server that loses none, and what arrives when twice as many are sent.
"""

import argparse
import json
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import iperf, lossless, preflight, topology, wireguard
from .cleanup import Interrupted, undone_at_exit
from .deployment import Deployment, Programs, Settings
from .process import CommandFailed
from .topology import Topology

BAR = 4
ALIVE = 0.5  # of the highest rate without loss still arrives when twice as much is sent
DIRECTIONS = ("up", "down")


def our_tunnel(net, programs, folder, stack):
    own = stack.enter_context(tempfile.TemporaryDirectory(dir=folder))
    Deployment(net, programs, own, Settings()).start(stack)


class Side:
    """One contestant: its networks, and how its tunnel comes up in them."""

    def __init__(self, name, stack, folder, open_tunnel, kernel_gateway):
        self.name, self.folder, self.open_tunnel = name, folder, open_tunnel
        self.net = Topology(stack, kernel_gateway=kernel_gateway, offloads=True)
        self.net.offload_like_cards(poll_mode_gateway=not kernel_gateway)
        self.bits = {direction: [] for direction in DIRECTIONS}
        self.rate, self.steps, self.overload = 0, [], None

    def play_round(self, seconds):
        with ExitStack() as stack:
            # One a round: a server that the last tunnel left in the middle of a test stays busy.
            server = iperf.Server(self.net.server, topology.SERVER, self.folder)
            stack.callback(server.stop)
            self.open_tunnel(self.net, self.folder, stack)
            for direction in DIRECTIONS:
                bits = iperf.tcp_bits_per_second(self.net.client, server, seconds,
                                                 downlink=direction == "down")
                self.bits[direction].append(bits)
                print(f"  {self.name:14} {direction:5} {bits / 1e6:8.0f} Mbit/s", flush=True)

    def search_lossless(self, programs, seconds):
        """Fills in the highest rate without loss, and what arrives under twice as much."""
        with ExitStack() as stack:
            self.open_tunnel(self.net, self.folder, stack)

            def measure(rate):
                return lossless.measure(self.net, programs, self.folder, rate, seconds)
            search = lossless.Search(measure, self._tell)
            self.rate = search.highest()
            self.steps = search.steps
            self.overload = measure(max(2 * self.rate, lossless.FIRST_RATE))
            self._tell(self.overload)

    def _tell(self, step):
        fate = "holds" if step.holds else f"{step.lost} lost"
        print(f"  {self.name:14} {step.rate:7}/s wanted, {step.sent_per_second:9.0f}/s sent,"
              f" {step.arrived_per_second:9.0f}/s arrived: {fate}", flush=True)

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
    for side in (theirs, ours) if options.udp_seconds > 0 else ():
        print(f"{lossless.SIZE} B datagrams, {options.udp_seconds} s for each rate", flush=True)
        side.search_lossless(programs, options.udp_seconds)
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
    passed = [d["ratio"] >= BAR for d in figures["directions"].values()]
    if ours.steps:
        figures["lossless_udp"] = conclude_udp(ours, theirs)
        passed.append(figures["lossless_udp"]["passed"])
    figures["passed"] = all(passed)
    print("PASSED" if figures["passed"] else "FAILED")
    return figures


def conclude_udp(ours, theirs):
    """The same for the flow without loss."""
    ratio = ours.rate / theirs.rate if theirs.rate else None
    alive = ours.overload.arrived_per_second / ours.rate if ours.rate else 0.0
    figures = {"size": lossless.SIZE, "ratio": ratio, "jumping_vpn_per_second": ours.rate,
               "wireguard_go_per_second": theirs.rate, "arrived_under_twice_as_much": alive,
               "passed": ratio is not None and ratio >= BAR and alive >= ALIVE}
    said = f"ratio {ratio:.2f}" if ratio is not None else "no ratio, wireguard-go lost at every rate"
    print(f"highest rate of {lossless.SIZE} B datagrams without loss, client to server\n"
          f"  jumping-vpn {ours.rate}/s, wireguard-go {theirs.rate}/s: {said} (bar {BAR})\n"
          f"  of twice as many, {alive:.0%} of that rate still arrives (bar {ALIVE:.0%})")
    return figures


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/compare_wireguard_go.sh", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6, help="of each measurement")
    parser.add_argument("--udp-seconds", type=float, default=2,
                        help="of each rate of datagrams; 0 leaves them out")
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
