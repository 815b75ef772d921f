#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes every table that has its source elsewhere: generate_tables.py [--check]

    session/core/transitions.toml  ->  C++ headers, docs/SESSION.md, docs/formal/transitions.pml
    session/core/reason.h          ->  docs/SESSION.md
    docs/examples/gateway.toml     ->  docs/SESSION.md (what policy can say)

--check writes nothing, names what is stale and exits 1 if anything is.
"""

import argparse
import sys
from pathlib import Path

from tables import cpp, document, promela, reasons, transitions

ROOT = Path(__file__).resolve().parent.parent


def generated(root):
    """Path -> text, as each generated file should be."""
    table = transitions.read(root)
    known = {name for _, name, _ in reasons.read(root)} | {"none"}
    unknown = {row.reason for row in table.rows} - known
    transitions.expect(not unknown, f"no such reason: {sorted(unknown)}")
    return {**cpp.files(table), **promela.files(table), **document.files(root, table)}


def stale(root):
    """Paths whose text is not what their source says."""
    return [path for path, text in generated(root).items()
            if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only name what is stale")
    check = parser.parse_args().check
    texts = generated(ROOT)
    paths = stale(ROOT)
    for path in paths:
        print(f"stale: {path}" if check else f"written: {path}")
        if not check:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(texts[path], encoding="utf-8")
    print(f"tables: {len(texts)} files, {len(paths)} {'stale' if check else 'written'}")
    return 1 if check and paths else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except transitions.SourceError as error:
        sys.exit(f"error: {error}")
