# SPDX-License-Identifier: Apache-2.0
"""Reads what policy can say from the annotated example, docs/examples/gateway.toml."""

import re

SOURCE = "docs/examples/gateway.toml"
SECTION = re.compile(r"^#?\s*\[(policy(?:\.\w+)?)\]")
ENTRY = re.compile(r"^#?\s*(\w+)\s*=\s*(\"[^\"]*\"|\[[^\]]*\]|\S+)\s*#\s*(.+)$")


def read(root):
    """(key, default, what it says) of each key below [policy]."""
    section, found = None, []
    for line in (root / SOURCE).read_text(encoding="utf-8").splitlines():
        if opened := SECTION.match(line):
            section = opened.group(1)
        elif line.startswith("["):
            section = None
        elif section and (entry := ENTRY.match(line)):
            found.append((f"{section}.{entry[1]}", entry[2], entry[3].strip()))
    return found
