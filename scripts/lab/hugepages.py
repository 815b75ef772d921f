# SPDX-License-Identifier: Apache-2.0
"""Hugepages for one run: the kernel's number is raised and put back exactly."""

import fcntl

NUMBER = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
FREE = "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages"


class Unavailable(Exception):
    """Why this machine gives no hugepages now."""


def _read(path):
    with open(path, encoding="ascii") as file:
        return int(file.read())


def _write(count):
    with open(NUMBER, "w", encoding="ascii") as file:
        file.write(str(count))


def number():
    """nr_hugepages of 2 MiB now; 0 where the kernel has none."""
    try:
        return _read(NUMBER)
    except OSError:
        return 0


def free():
    """Free 2 MiB pages now; 0 where the kernel has none."""
    try:
        return _read(FREE)
    except OSError:
        return 0


def reserve(stack, pages):
    """Sees to it that `pages` are free until the stack unwinds. Raises Unavailable.

    The lock keeps a second lab from reading our raised number as the one to put back.
    """
    try:
        lock = stack.enter_context(open(NUMBER, encoding="ascii"))
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        before = _read(NUMBER)
    except BlockingIOError:
        raise Unavailable("another run on this machine holds the hugepages") from None
    except OSError as error:
        raise Unavailable(f"{NUMBER}: {error.strerror}") from error
    missing = pages - _read(FREE)
    if missing <= 0:
        return
    try:
        _write(before)  # as it is: where that is refused, as in containers, nothing is to be undone
        stack.callback(_write, before)
        _write(before + missing)
    except OSError as error:
        raise Unavailable(f"{NUMBER} cannot be written ({error.strerror})") from error
    if _read(FREE) < pages:
        raise Unavailable(f"the kernel found only {_read(FREE)} of {pages} free 2 MiB pages")
