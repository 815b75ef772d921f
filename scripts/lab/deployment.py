# SPDX-License-Identifier: Apache-2.0
"""Our own programs in a lab: keys, configuration files, a gateway and a client."""

import contextlib
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import process, topology
from .process import CommandFailed, Program


@dataclass
class Programs:
    """The built executables."""
    build: Path

    gateway = property(lambda self: self.build / "apps/gateway/jvpn-gateway")
    client = property(lambda self: self.build / "apps/client/jvpn")
    ctl = property(lambda self: self.build / "apps/ctl/jvpnctl")
    flow = property(lambda self: self.build / "benchmarks/flow/jvpn-udp-flow")
    churn = property(lambda self: self.build / "benchmarks/churn/jvpn-churn")

    def missing(self):
        all_of_them = (self.gateway, self.client, self.ctl, self.flow, self.churn)
        return [p for p in all_of_them if not p.exists()]


@dataclass
class Settings:
    """What differs between deployments; everything else is in the templates below."""
    hugepages: str = "off"
    power: str = "adaptive"
    plaintext: str = "net_af_packet1,iface=p0"
    suites: tuple = ("aes-256-gcm", "chacha20-poly1305")
    endpoints: tuple = (f"{topology.GATEWAY}:{topology.PORT}",)
    addresses: tuple = (topology.CLIENT, topology.CLIENT6)
    prefixes: tuple = ()  # networks behind the client
    policy: dict = field(default_factory=dict)  # "switching.max_switches_per_min": 60
    workers: tuple = (1,)
    memory_mb: int = 256
    environment: dict = field(default_factory=dict)  # of gateway and client


def _policy(settings):
    lines = ['[policy]\nversion = "1.0"']
    sections = {}
    for key, value in settings.policy.items():
        section, name = key.split(".")
        sections.setdefault(section, []).append(f"{name} = {json.dumps(value)}")
    lines += [f"[policy.{section}]\n" + "\n".join(rows) for section, rows in sections.items()]
    return "\n".join(lines)


def gateway_config(settings, client_key, folder):
    return f"""\
[gateway]
node_id = 1
private_key_file = "gateway.key"
audit_file = "audit.jsonl"
control_socket = "{folder}/gateway.sock"
[dataplane]
workers = {list(settings.workers)}
control_core = 0
power = "{settings.power}"
hugepages = "{settings.hugepages}"
memory_mb = {settings.memory_mb}
tunnel_mtu = {topology.TUNNEL_MTU}
[[underlay]]
device = "net_af_packet0,iface=u0"
address = "{topology.GATEWAY}/24"
next_hop = "{topology.INTERNET}"
port = {topology.PORT}
[plaintext]
device = "{settings.plaintext}"
address = "{topology.INNER_GATEWAY}/24"
next_hop = "{topology.SERVER}"
address6 = "{topology.INNER_GATEWAY6}/64"
next_hop6 = "{topology.SERVER6}"
[pool]
ipv4 = "{topology.POOL}"
ipv6 = "{topology.POOL6}"
[[peer]]
name = "phone"
public_key = "{client_key}"
addresses = {json.dumps(settings.addresses)}
prefixes = {json.dumps(settings.prefixes)}
{_policy(settings)}
"""


def client_config(settings, gateway_key):
    return f"""\
[client]
private_key_file = "phone.key"
events_file = "client-events.jsonl"
suites = {json.dumps(settings.suites)}
[gateway]
public_key = "{gateway_key}"
endpoints = {json.dumps(settings.endpoints)}
[tunnel]
interface = "jvpn0"
routes = ["10.99.0.0/24", "fd99::/64"]
prefixes = {json.dumps(settings.prefixes)}
[[access]]
interface = "wifi0"
[[access]]
interface = "lte0"
"""


def read_events(path):
    """The events of a JSONL file; a last line that is still being written is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines if line]


def _boottime_ahead_ns():
    """How much the gateway's clock (it counts suspend) is ahead of CLOCK_MONOTONIC."""
    ahead = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return ahead if ahead > 1_000_000 else 0  # never suspended: only the time between two readings


def make_key(programs, path):
    """Writes a private key file as the operator would and returns the public key."""
    private = process.run([programs.client, "keygen"]).stdout
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(private)
    return process.run([programs.client, "pubkey"], stdin_text=private).stdout.strip()


class Deployment:
    """Keys and configuration in a folder; starts and stops the real gateway and the real client."""

    def __init__(self, net, programs, folder, settings=None):
        self.net, self.programs, self.folder = net, programs, Path(folder)
        self.settings = settings or Settings()
        self.gateway = self.client = None
        self.gateway_file = self.folder / "gateway.toml"
        self.client_file = self.folder / "phone.toml"
        self.audit_file = self.folder / "audit.jsonl"
        gateway_key = make_key(programs, self.folder / "gateway.key")
        client_key = make_key(programs, self.folder / "phone.key")
        self.gateway_file.write_text(gateway_config(self.settings, client_key, self.folder))
        self.client_file.write_text(client_config(self.settings, gateway_key))

    @property
    def socket(self):
        return self.folder / "gateway.sock"

    def start_gateway(self, *arguments):
        self.gateway = Program("gateway", [self.programs.gateway, "--config", self.gateway_file,
                                           *arguments],
                               self.folder, self.net.gateway, self.settings.environment)
        self.gateway.require(self.answers, "answering its control socket", timeout_s=30)

    def start_client(self, timeout_s=15):
        self.client = Program("client", [self.programs.client, "up", self.client_file],
                              self.folder, self.net.client, self.settings.environment)
        self.client.require(lambda: self.session("ATTACHED"), "an ATTACHED session", timeout_s)

    def start(self, stack):
        """Gateway and client, each stopped when the stack unwinds."""
        stack.callback(self.stop)
        self.start_gateway()
        self.start_client()
        return self

    def stop(self):
        for program in (self.client, self.gateway):
            if program is not None:
                program.stop()

    def ctl(self, *arguments):
        """jvpnctl's JSON answer."""
        done = process.run([self.programs.ctl, "--socket", self.socket, "--json", *arguments])
        return json.loads(done.stdout)

    def answers(self):
        with contextlib.suppress(CommandFailed, json.JSONDecodeError):
            return self.socket.exists() and self.ctl("counters") is not None
        return False

    def sessions(self):
        return self.ctl("sessions")

    def session(self, state=None):
        """The one session that is not TERMINATED, as jvpnctl shows it, or None."""
        live = [s for s in self.sessions() if s["state"] != "TERMINATED"]
        if len(live) != 1 or (state is not None and live[0]["state"] != state):
            return None
        return live[0]

    def active_interface(self):
        """Which access interface the session is bound by, told from the source the gateway sees."""
        bound = self.session()["bound"] or {}
        source = bound.get("endpoint", "")
        if source.startswith((topology.WIFI_WAN + ":", "[2001:db8:a:")):
            return "wifi0"
        return "lte0" if source else None

    def counters(self):
        return self.ctl("counters")

    def counter(self, name):
        """A counter by the last word of its name, summed over workers."""
        return sum(n for key, n in self.counters().items() if key.split(".")[-1] == name)

    def audit(self):
        """All events that the gateway wrote so far, in order, mono_ns moved to CLOCK_MONOTONIC."""
        events = read_events(self.audit_file)
        ahead = _boottime_ahead_ns()
        return [{**event, "mono_ns": event["mono_ns"] - ahead} for event in events]
