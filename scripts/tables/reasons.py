# SPDX-License-Identifier: Apache-2.0
"""Reads the list of reason codes from session/core/reason.h."""

import re

from .transitions import SourceError

SOURCE = "session/core/reason.h"
# X(number, name, "meaning"), where clang-format may have broken lines and strings.
ENTRY = re.compile(r'X\((\d+),\s*\\?\s*(\w+),\s*((?:\\?\s*"[^"]*")+)\s*\\?\s*\)')


def read(root):
    """(number, name, meaning) of each, in order."""
    text = (root / SOURCE).read_text(encoding="utf-8")
    found = [(int(number), name, "".join(re.findall(r'"([^"]*)"', meaning)))
             for number, name, meaning in ENTRY.findall(text)]
    listed = len(re.findall(r"X\(\d", text))
    if not found or len(found) != listed:
        raise SourceError(f"{SOURCE}: {listed} codes, {len(found)} of them with a meaning")
    return found
