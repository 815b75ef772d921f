# SPDX-License-Identifier: Apache-2.0
"""All that one run of scripts/bench.sh has measured."""

from dataclasses import dataclass, field

from . import bars, scaling, storms, table


@dataclass
class Results:
    """Rows as the programs wrote them: of the path, its parts, storms of jumps, two workers."""
    path: list
    parts: list = field(default_factory=list)
    storms: list = field(default_factory=list)
    scaling: list = field(default_factory=list)

    def rows(self):
        return self.path + self.parts + self.storms + self.scaling

    def judged(self):
        """How many bars there are."""
        return len(bars.judged(self.path)) + len(self.storms) + len(self.scaling)

    def missed(self):
        """How many of them are missed."""
        return (len(bars.missed(self.path)) + len(storms.missed(self.storms)) +
                len(scaling.missed(self.scaling)))

    def lines(self):
        """Every figure, a block of lines for each kind."""
        return [list(block) for block in (
            table.rows_lines(self.path), table.stages_lines(self.path),
            table.lines_of_parts(self.parts), storms.lines(self.storms),
            scaling.lines(self.scaling))]
