#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the workers to their promise: check_hot_path.py [BUILD] prints each breach, exits 1 then.

Between its first packet and its last a worker allocates nothing, takes no lock, makes no system
call, logs nothing and throws nothing. So its object files, listed below, may refer to nothing but
each other and the few symbols that are listed with their reason; and none has a system call's
instruction of its own. Files that fetch cache lines ahead do so: a compiler may find that it has no
effect. The list cannot be too short: what a worker's file calls of ours must be in
a listed file too. BUILD (default: build) is an optimised build without sanitizers.
"""

import re
import subprocess
import sys
from pathlib import Path

# What Worker::run() leads to (docs/ARCHITECTURE.md). Files named ..._start, ..._memory, ..._refresh
# and the like beside them are control's, before the first packet.
WORKER_FILES = {
    "dataplane": """classify_plaintext classify_underlay clock control_budget deliver downlink echo
        ecn finish heartbeat_answer heartbeat_reply hold hold_buffers inject meter neighbour_answer
        neighbour_frames neighbours next_hop open_data outer punt routes seal steer too_big uplink worker""",
    "session/shared": "mailbox session_table_worker",
    "session/core": "control_datagram_open heartbeat",
    "crypto": "aead aead_sealed sealing short_hash",
}

# These have instructions that fetch cache lines ahead.
FETCHING = {"crypto/aead", "dataplane/classify_plaintext", "dataplane/classify_underlay",
            "dataplane/open_data", "dataplane/steer"}

# Symbol -> why a worker may refer to it.
ALLOWED = {
    **dict.fromkeys(("memcpy", "memmove", "memset", "memcmp", "bcmp"), "bytes, nothing else"),
    "_GLOBAL_OFFSET_TABLE_": "the linker's, for thread-local variables",
    "__stack_chk_fail": "ends the process: a smashed stack, where the compiler looks for it",
    "rte_eth_fp_ops": "rx and tx of the ports: the driver's functions",
    "rte_eth_call_rx_callbacks": "called only where a callback is registered; we register none",
    "rte_eth_call_tx_callbacks": "called only where a callback is registered; we register none",
    "rte_mempool_ops_table": "the pool's own ring, when a core's cache of buffers is empty or full",
    "per_lcore__lcore_id": "thread-local: which cache of buffers is this core's",
    "__rte_panic": "ends the process: an invariant of DPDK's inline functions is broken",
    "crypto_shorthash": "SipHash of a few bytes: arithmetic",
    "crypto_shorthash_siphashx24": "its twin in the same file, control's",
    "crypto_core_hchacha20": "the key of one control message: arithmetic",
    "crypto_verify_16": "compares two tags: arithmetic",
    "_ZN4jvpn9mb_directE": "ipsec-mb's direct calls, by which control messages are opened: arithmetic",
    "sodium_memzero": "bytes, nothing else",
    "abort": "ends the process: ensure()",
}
# The same in one file only.
ALLOWED_IN = {
    "dataplane/routes": {
        "rte_hash_lookup_data": "lock-free: the table has RW_CONCURRENCY_LF",
        "rte_fib_lookup_bulk": "arithmetic and loads",
        "rte_lpm6_lookup": "arithmetic and loads",
    },
    "dataplane/worker": dict.fromkeys(
        ("_ZN4jvpn4Doze3armEv", "_ZN4jvpn4Doze4waitEb", "_ZN4jvpn4Doze6disarmEv",
         "_ZN4jvpn4Bell4ringEv"), "power = adaptive: how an idle worker sleeps, and is woken"),
}
# ensure() says which invariant is broken before it aborts: allowed where abort() is what follows.
LAST_WORDS = {"fprintf", "__fprintf_chk"}
LAST_WORDS_TO = {"stderr"}

SYSTEM_CALL = re.compile(r"\t(syscall|sysenter|int\s+\$0x80)\b")
PREFETCH = re.compile(r"\tprefetch")
RELOCATION = re.compile(r"\bR_\w+\s+([^\s+-]+)")


def worker_objects(build):
    """Name ("dataplane/worker") -> object file. Raises FileNotFoundError if one is missing."""
    objects = {}
    for folder, names in WORKER_FILES.items():
        for name in names.split():
            found = sorted((build / folder).glob(f"*.p/{name}.cc.o"))
            if len(found) != 1:
                raise FileNotFoundError(f"{build}: {len(found)} objects of {folder}/{name}.cc")
            objects[f"{folder}/{name}"] = found[0]
    return objects


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def symbols_of(path):
    """(undefined, defined) names of an object file, as the linker knows them."""
    undefined, defined = set(), set()
    for line in output_of("nm", "--format=posix", "--extern-only", path).splitlines():
        name, kind = line.split()[:2]
        (undefined if kind in "Uvw" else defined).add(name)
    return undefined, defined


def plain(names):
    """Names as the source has them, for messages."""
    return output_of("c++filt", *sorted(names)).splitlines() if names else []


def speaks_and_goes_on(path):
    """Is anything said that abort() does not follow?"""
    names = [name for name in RELOCATION.findall(output_of("objdump", "-dr", path))
             if not name.startswith((".", "$"))]
    return any(name in LAST_WORDS and after != "abort"
               for name, after in zip(names, names[1:] + [""]))


def check_object(name, path, ours):
    """Yields a message for each breach. `ours`: what the listed files define."""
    undefined, _ = symbols_of(path)
    if undefined & LAST_WORDS and speaks_and_goes_on(path):
        yield f"{name}.cc writes something and goes on"
    allowed = set(ALLOWED) | set(ALLOWED_IN.get(name, ())) | LAST_WORDS | LAST_WORDS_TO
    for symbol in plain(undefined - ours - allowed):
        yield f"{name}.cc refers to {symbol}"
    code = output_of("objdump", "-d", "--no-show-raw-insn", path)
    if SYSTEM_CALL.search(code):
        yield f"{name}.cc has a system call's instruction"
    if name in FETCHING and not PREFETCH.search(code):
        yield f"{name}.cc fetches nothing ahead: the compiler has left it out"


def check(objects):
    """All breaches of object files by name, sorted by file."""
    ours = set().union(*(symbols_of(path)[1] for path in objects.values()))
    return [breach for name, path in sorted(objects.items())
            for breach in check_object(name, path, ours)]


def main(arguments):
    build = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent / "build"
    try:
        objects = worker_objects(build)
    except FileNotFoundError as error:
        print(error)
        return 1
    breaches = check(objects)
    for breach in breaches:
        print(breach)
    print(f"hot path: {len(objects)} object files, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
