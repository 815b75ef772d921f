# SPDX-License-Identifier: Apache-2.0
"""Programs that are started, watched and ended by the lab; each dies with the lab's process."""

import os
import signal
import subprocess
import time

from . import kernel


class CommandFailed(Exception):
    """A command exited non-zero; the text holds the command and what it said."""


def _prepare(namespace, orphaned, lab):
    """What the child does before exec: runs in the forked child, single-threaded."""
    kernel.die_with_parent(orphaned, lab)
    if namespace is not None:
        kernel.enter_network(namespace.descriptor)
        kernel.show_own_network_in_sysfs()


def popen(arguments, namespace=None, orphaned=signal.SIGTERM, **options):
    """subprocess.Popen inside a namespace (None: here), in a session of its own.

    Of its own, so that Ctrl-C reaches only the lab, which then ends its programs in order.
    orphaned: the signal that it gets when the lab is no more.
    """
    options.setdefault("stdin", subprocess.DEVNULL)
    lab = os.getpid()
    return subprocess.Popen([str(a) for a in arguments], start_new_session=True,
                            preexec_fn=lambda: _prepare(namespace, orphaned, lab), **options)


def end(process, patience_s=5.0):
    """SIGTERM, then SIGKILL after patience_s; returns the exit code, negative for a signal."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def run(arguments, namespace=None, check=True, timeout_s=30.0, stdin_text=None):
    """Runs a short command to its end; returns subprocess.CompletedProcess with text output."""
    stdin = subprocess.DEVNULL if stdin_text is None else subprocess.PIPE
    # Nobody hears its answer any more, and some would wait for their peer's: iperf3 does at SIGTERM.
    process = popen(arguments, namespace, signal.SIGKILL, stdin=stdin, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(stdin_text, timeout=timeout_s)
    except BaseException:
        end(process, patience_s=1.0)
        raise
    if check and process.returncode != 0:
        said = (err.strip() or out.strip())[-2000:]
        command = " ".join(map(str, arguments))
        raise CommandFailed(f"'{command}' exited {process.returncode}: {said}")
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


class Program:
    """A long-running program with its output in a log file."""

    def __init__(self, name, arguments, folder, namespace=None, environment=None):
        self.name = name
        self.log_file = os.path.join(folder, f"{name}.log")
        with open(self.log_file, "ab") as log:
            self.process = popen(arguments, namespace, stdout=log, stderr=log,
                                 env={**os.environ, **(environment or {})})

    @property
    def pid(self):
        return self.process.pid

    def running(self):
        return self.process.poll() is None

    def log(self):
        with open(self.log_file, encoding="utf-8", errors="replace") as log:
            return log.read()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, timeout_s):
        return self.process.wait(timeout_s)

    def stop(self, patience_s=5.0):
        return end(self.process, patience_s)

    def require(self, condition, what, timeout_s=10.0):
        """Waits until condition() is true; raises CommandFailed when that does not come."""
        if wait_until(lambda: condition() or not self.running(), timeout_s) and self.running():
            return
        code = self.process.poll()
        state = "did not get there in time" if code is None else f"exited {code}"
        raise CommandFailed(f"{self.name}: {what}: it {state}; its log:\n{self.log()[-3000:]}")


def wait_until(condition, timeout_s, step_s=0.02):
    """Whether condition() became true within timeout_s; its value is returned."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value or time.monotonic() >= deadline:
            return value
        time.sleep(step_s)
