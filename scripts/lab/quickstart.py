# SPDX-License-Identifier: Apache-2.0
"""The quickstart: a session that survives its jumps, measured in front of your eyes.

Started by scripts/quickstart.sh, which installs packages and builds first.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from . import hugepages, iperf, jumps, preflight, report, topology
from .cleanup import Interrupted, undone_at_exit
from .deployment import Deployment, Programs, Settings
from .process import CommandFailed
from .topology import Topology

HUGEPAGES = 160  # of 2 MiB: the gateway's memory_mb and a little more
THROUGHPUT_S = 4
# So many jumps within a minute are an operator's decision; the default allows 8.
POLICY = {"switching.max_switches_per_min": 120, "switching.max_nat_rebinds_per_min": 120}


def say(text=""):
    print(text, flush=True)


def heading(text):
    say(f"\n== {text}")


def choose_hugepages(stack, wish):
    """Settings.hugepages for the wish auto | on | off; says what was chosen and why."""
    if wish == "off":
        say("hugepages: off, as asked")
        return "off"
    try:
        hugepages.reserve(stack, HUGEPAGES)
    except hugepages.Unavailable as reason:
        if wish == "on":
            raise CommandFailed(f"hugepages were demanded: {reason}") from reason
        say(f"hugepages: none ({reason}); the gateway runs on ordinary pages")
        return "off"
    say(f"hugepages: {HUGEPAGES} of 2 MiB reserved for this run")
    return "require"


def ping_ms(net, address):
    """Round trip through the tunnel in ms: the median of 20."""
    out = net.client.run("ping", "-n", "-c", "20", "-i", "0.05", "-W", "2", address).stdout
    times = sorted(float(t) for t in re.findall(r"time=([\d.]+)", out))
    return times[len(times) // 2]


def greet(deployment):
    session = deployment.session()
    say(f"session {session['session_id']} is {session['state']},"
        f" inner {topology.CLIENT} and {topology.CLIENT6}")
    rtt_ms = ping_ms(deployment.net, topology.SERVER)
    rtt6_ms = ping_ms(deployment.net, topology.SERVER6)
    say(f"ping through the tunnel: IPv4 {rtt_ms:.2f} ms, IPv6 {rtt6_ms:.2f} ms")
    return rtt_ms


def throughput(deployment, server):
    for words, downlink in (("up  ", False), ("down", True)):
        bits = iperf.tcp_bits_per_second(deployment.net.client, server, THROUGHPUT_S, downlink)
        say(f"TCP {words} through client and gateway (one worker): {bits / 1e6:.0f} Mbit/s")


def play_all(deployment, server, rtt_ms):
    outcomes = []
    for scenario in jumps.SCENARIOS:
        heading(f"{scenario.name}: {scenario.title} ({jumps.JUMPS} jumps)")
        outcome = jumps.play(deployment, scenario, server, rtt_ms)
        report.print_jump_by_jump(outcome)
        report.print_summary(outcome)
        outcomes.append(outcome)
    return outcomes


def run(options, stack):
    """The whole show; returns (outcomes, facts for the JSON file)."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="jvpn-quickstart-"))
    heading("The lab: client, Wi-Fi behind a NAT, LTE, internet, gateway, server")
    pages = choose_hugepages(stack, options.hugepages)
    net = Topology(stack)
    deployment = Deployment(net, Programs(options.build), folder,
                            Settings(hugepages=pages, policy=POLICY))
    server = iperf.Server(net.server, topology.SERVER, folder)
    stack.callback(server.stop)
    deployment.start(stack)
    rtt_ms = greet(deployment)
    throughput(deployment, server)
    outcomes = play_all(deployment, server, rtt_ms)
    return outcomes, {"hugepages": pages != "off", "rtt_ms": rtt_ms}


def verdict(outcomes):
    heading("Verdict")
    ids = {i for o in outcomes for i in (o.session_id_before, o.session_id_after)}
    for outcome in outcomes:
        failures = list(outcome.failures())
        gaps = ", ".join(f"{d} {outcome.median(d):.1f} ms" for d in outcome.gaps)
        say(f"  {'ok  ' if not failures else 'FAIL'} {outcome.scenario.name:30} median gap {gaps}")
    one = f"one session id throughout: {ids.pop()}" if len(ids) == 1 else f"{len(ids)} session ids"
    say(f"  {one}")
    return len(ids) <= 1 and not any(list(o.failures()) for o in outcomes)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/quickstart.sh", description=__doc__)
    parser.add_argument("--hugepages", choices=("auto", "on", "off"), default="auto",
                        help="auto (default): use them if they can be had, and say which")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    missing = preflight.problems()
    if missing:
        print("This machine cannot run the lab:\n  - " + "\n  - ".join(missing), file=sys.stderr)
        return 1
    started = time.monotonic()
    try:
        with undone_at_exit() as stack:
            outcomes, facts = run(options, stack)
    except Interrupted as interrupted:
        print(f"\n{interrupted}; everything was taken down", file=sys.stderr)
        return interrupted.exit_code
    except (CommandFailed, OSError) as error:
        print(f"\nFAILED: {error}", file=sys.stderr)
        return 1
    good = verdict(outcomes)
    if options.json:
        figures = {**facts, "scenarios": [report.as_json(o) for o in outcomes], "passed": good}
        options.json.write_text(json.dumps(figures, indent=2) + os.linesep, encoding="utf-8")
    say(f"\n{'PASSED' if good else 'FAILED'} in {time.monotonic() - started:.0f} s;"
        " nothing of the lab is left")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
