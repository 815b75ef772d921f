# SPDX-License-Identifier: Apache-2.0
"""A nameless network namespace that lives as long as this process holds it open."""

import contextlib
import os
import subprocess
import time

from . import kernel, process

OWN_NETWORK = "/proc/thread-self/ns/net"
PROGRAM_START_S = 0.1  # by then a program that was started waits on its input


class Namespace:
    def __init__(self, name):
        """Makes the namespace with loopback up. The calling thread stays where it is."""
        self.name = name
        home = os.open(OWN_NETWORK, os.O_RDONLY | os.O_CLOEXEC)
        try:
            kernel.unshare(kernel.CLONE_NEWNET)
            self.descriptor = os.open(OWN_NETWORK, os.O_RDONLY | os.O_CLOEXEC)
            kernel.enter_network(home)
        finally:
            os.close(home)
        self.ip("link set dev lo up")

    def close(self):
        os.close(self.descriptor)

    @property
    def path(self):
        """A path by which other programs (ip, nsenter --net=) can name it while the lab runs."""
        return f"/proc/{os.getpid()}/fd/{self.descriptor}"

    def run(self, *arguments, **options):
        return process.run(arguments, namespace=self, **options)

    def ip(self, *lines):
        """Runs lines of `ip -batch` inside: one program start for many changes."""
        self.run("ip", "-batch", "-", stdin_text="\n".join(lines) + "\n")

    def trigger(self, arguments, text):
        """Starts a program that waits on its input, gives it the text, and returns when that was.

        So the time (CLOCK_MONOTONIC, ns) is that of the event, not of starting a program.
        """
        waiting = process.popen(arguments, self, stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdout=subprocess.DEVNULL, text=True)
        try:
            time.sleep(PROGRAM_START_S)
            event_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            _, said = waiting.communicate(text, timeout=10)
        finally:
            process.end(waiting)
        if waiting.returncode != 0:
            raise process.CommandFailed(f"'{' '.join(arguments)}' in {self.name}: {said}")
        return event_ns

    def nft(self, rules):
        self.run("nft", "-f", "-", stdin_text=rules)

    def sysctl(self, **settings):
        """Sets net.* keys; a double underscore stands for the dot: ipv4__ip_forward=1."""
        with self.entered():
            for key, value in settings.items():
                path = "/proc/sys/net/" + key.replace("__", "/")
                with open(path, "w", encoding="ascii") as file:
                    file.write(str(value))

    @contextlib.contextmanager
    def entered(self):
        """Inside the block this thread is in the namespace: sockets opened there stay there."""
        home = os.open(OWN_NETWORK, os.O_RDONLY | os.O_CLOEXEC)
        try:
            kernel.enter_network(self.descriptor)
            yield self
        finally:
            kernel.enter_network(home)
            os.close(home)

    def link(self, name, other, other_name):
        """A veth pair from here to another namespace, both ends down."""
        self.ip(f"link add {name} type veth peer name {other_name} netns {other.path}")

    def interfaces(self):
        """Names of the interfaces that exist here."""
        with self.entered():
            with open("/proc/thread-self/net/dev", encoding="ascii") as file:
                return [line.split(":")[0].strip() for line in file if ":" in line]
