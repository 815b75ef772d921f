#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a worker calls while it runs: worker_symbols.py ARCHIVE checks each of its object files.

The worker never allocates, locks, logs, throws or makes a system call; so its objects may refer to
nothing outside our own code but what is listed here.
"""

import subprocess
import sys

WORKER_FILES = """
    classify_plaintext classify_underlay control_budget deliver downlink echo ecn finish
    heartbeat_answer hold hold_buffers inject neighbour_answer neighbour_frames neighbours next_hop open_data outer punt seal steer too_big
    uplink worker
""".split()
ALLOWED = {
    "memcpy", "memmove", "memcmp", "bcmp", "memset", "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail",
    "rte_mempool_ops_table", "rte_eth_fp_ops", "per_lcore__lcore_id", "crypto_shorthash",
    "rte_eth_call_rx_callbacks", "rte_eth_call_tx_callbacks",  # never registered
    "__rte_panic",                # DPDK's own broken invariants
    "stderr", "fprintf", "abort",  # ours: ensure()
}
ALLOWED_IN = {"worker": {"rte_delay_us_sleep"}}  # an idle worker's only call into the kernel


def undefined_symbols(archive):
    """Object file -> names that it does not define itself."""
    listing = subprocess.run(["nm", "--undefined-only", "--format=posix", "-C", archive],
                             check=True, capture_output=True, text=True).stdout
    symbols, current = {}, None
    for line in listing.splitlines():
        if line.endswith(":"):
            current = line.rsplit("/")[-1].split("[")[-1].split(".cc.o")[0]
            symbols[current] = set()
        elif line.strip():
            symbols[current].add(line.rsplit(" U", 1)[0].strip())
    return symbols


def main(archive):
    symbols = undefined_symbols(archive)
    missing = [name for name in WORKER_FILES if name not in symbols]
    breaches = [f"{name}.cc refers to {symbol}"
                for name in WORKER_FILES for symbol in sorted(symbols.get(name, ()))
                if symbol not in ALLOWED | ALLOWED_IN.get(name, set())
                and not symbol.startswith("jvpn::")]
    for line in [f"{name}.cc is not in {archive}" for name in missing] + breaches:
        print(line)
    print(f"worker symbols: {len(WORKER_FILES)} files, {len(breaches)} breaches")
    return 1 if missing or breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
