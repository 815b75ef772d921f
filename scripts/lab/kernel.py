# SPDX-License-Identifier: Apache-2.0
"""The four system calls that Python 3.11 does not offer: unshare, setns, mount, prctl."""

import ctypes
import os

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000
MS_REC_SLAVE = 0x4000 | 0x80000
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def unshare(flags):
    _check(_libc.unshare(flags), "unshare")


def enter_network(descriptor):
    """Moves the calling thread into the network namespace that the descriptor refers to."""
    _check(_libc.setns(descriptor, CLONE_NEWNET), "setns")


def die_with_parent(signal_number, parent):
    """The calling process, just forked, gets the signal when its parent is no more.

    parent: its process id, taken before the fork. It may have died since; then nobody would signal.
    """
    _check(_libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0), "prctl")
    if os.getppid() != parent:
        os._exit(128 + signal_number)


def show_own_network_in_sysfs():
    """Mounts sysfs anew for this process, so that /sys/class/net shows its own namespace.

    A container may forbid it; then programs see the host's interfaces there, nothing else changes.
    """
    unshare(CLONE_NEWNS)
    _check(_libc.mount(b"none", b"/", None, MS_REC_SLAVE, None), "mount")
    _libc.mount(b"sysfs", b"/sys", b"sysfs", 0, None)
