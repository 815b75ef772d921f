#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tree to its layers: check_layers.py [ROOT] prints each breach, exits 1 if there is one.

    base <- crypto <- session/core <- session/shared <- {dataplane, control, client} <- apps

An arrow means "may be included by". dataplane, control and client never include each other; tests
and benchmarks may include anything. DPDK headers (also through another header), clocks and threads
are kept to the folders named below. No file includes <ranges>: clang 14, which builds all of this
under sanitizers, does not understand the views of gcc 12's library (algorithms of ranges are fine).
"""

import re
import sys
from pathlib import Path

# Folder -> folders that its files may include (its own is always allowed).
MAY_INCLUDE = {
    "base": set(),
    "crypto": {"base"},
    "session/core": {"base", "crypto"},
    "session/shared": {"base", "crypto", "session/core"},
    "dataplane": {"base", "crypto", "session/core", "session/shared"},
    "control": {"base", "crypto", "session/core", "session/shared"},
    "client": {"base", "crypto", "session/core", "session/shared"},
    "apps": {"base", "crypto", "session/core", "session/shared", "dataplane", "control", "client"},
}
MAY_USE_DPDK = {"session/shared", "dataplane", "apps"}
# session/shared may use rings and RCU on memory that it is given, and nothing that needs EAL.
NEEDS_EAL = re.compile(r"rte_(eal|ethdev|mbuf|mempool|malloc|memzone|lcore|launch)\b")
MAY_READ_CLOCKS_AND_START_THREADS = {"apps"}
# The workers' clock (a counter, too hot to be handed in) and their launch on EAL's threads.
ONE_FILE_EACH = {"dataplane/clock.cc", "dataplane/clock_refresh.cc", "dataplane/lcores.cc"}
UNBOUND = {"tests", "benchmarks"}  # may include anything and drive everything

SPDX = "// SPDX-License-Identifier: Apache-2.0"
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
DPDK_HEADER = re.compile(r"(^|/)rte_\w+\.h$")
CLOCKS_AND_THREADS = re.compile(
    r"std::j?thread\b|\bpthread_create\b|\bclock_gettime\b|\bgettimeofday\b|\bclock_nanosleep\b"
    r"|\b\w*_clock::now\b|\bstd::this_thread::sleep\w*|\bnanosleep\b|\busleep\b"
    r"|\brte_get_\w*cycles\b|\brte_rdtsc\w*|\brte_eal_\w*launch\b")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def layer_of(path):
    """The layer that a path relative to the root belongs to, or None."""
    for layer in list(MAY_INCLUDE) + sorted(UNBOUND):
        if path.startswith(layer + "/"):
            return layer
    return None


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def without_comments_and_strings(text):
    """The text with comments and strings blanked, line numbers kept."""
    return COMMENT_OR_STRING.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def check_form(path, text):
    if not text.startswith(SPDX):
        yield 1, f"the first line must be '{SPDX}'"
    if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield 1, "a header needs '#pragma once'"
    for line, name, _ in includes_of(text):
        if name == "ranges":
            yield line, "clang 14 cannot build views of gcc 12's <ranges>: write the loop"


def includes_of(text):
    """(line, name, quoted) of each include directive."""
    return [(line_of(text, match.start()), match.group(2), match.group(1) == '"')
            for match in INCLUDE.finditer(text)]


def reaches_dpdk(root, name, seen=None):
    """Whether a header of ours includes a DPDK header, itself or through others of ours."""
    seen = seen if seen is not None else set()
    if name in seen or not (root / name).is_file():
        return False
    seen.add(name)
    return any(DPDK_HEADER.search(inner) or (quoted and reaches_dpdk(root, inner, seen))
               for _, inner, quoted in includes_of((root / name).read_text(encoding="utf-8")))


def check_dpdk(root, layer, line, name, quoted):
    if layer == "session/shared" and NEEDS_EAL.search(name):
        yield line, f"session/shared lives without EAL, but includes {name}"
    if layer in MAY_USE_DPDK:
        return
    if DPDK_HEADER.search(name):
        yield line, f"{layer}/ must be free of DPDK, but includes {name}"
    elif quoted and reaches_dpdk(root, name):
        yield line, f"{layer}/ must be free of DPDK, but reaches it through {name}"


def check_includes(root, layer, text):
    for line, name, quoted in includes_of(text):
        target = layer_of(name) if quoted else None
        if target in (None, layer) or target in MAY_INCLUDE[layer]:
            yield from check_dpdk(root, layer, line, name, quoted)
        else:
            yield line, f"{layer}/ must not include {target}/ ({name})"


def check_clocks_and_threads(layer, text):
    if layer in MAY_READ_CLOCKS_AND_START_THREADS:
        return
    for match in CLOCKS_AND_THREADS.finditer(without_comments_and_strings(text)):
        yield (line_of(text, match.start()),
               f"only apps/ reads clocks and starts threads, but this names {match.group()}")


def check_file(root, path):
    """Yields (line, message) for each breach in one file."""
    text = (root / path).read_text(encoding="utf-8")
    yield from check_form(path, text)
    layer = layer_of(path)
    if layer is None or layer in UNBOUND:
        return
    yield from check_includes(root, layer, text)
    if path not in ONE_FILE_EACH:
        yield from check_clocks_and_threads(layer, text)


def sources(root):
    for top in sorted({layer.split("/")[0] for layer in MAY_INCLUDE} | UNBOUND):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".cc"):
                yield path.relative_to(root).as_posix()


def check_tree(root):
    """All breaches of the tree as 'file:line: message', and the number of files read."""
    files = list(sources(root))
    breaches = [f"{path}:{line}: {message}"
                for path in files for line, message in check_file(root, path)]
    outside = [p for p in files if p.startswith("session/") and layer_of(p) is None]
    breaches += [f"{p}:1: a file of session/ belongs to session/core or session/shared"
                 for p in outside]
    return breaches, len(files)


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    breaches, files = check_tree(root)
    for breach in breaches:
        print(breach)
    if files == 0:
        print(f"no source file found under {root}")
        return 1
    print(f"layers: {files} files, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
