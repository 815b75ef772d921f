# SPDX-License-Identifier: Apache-2.0
"""Scratch copies of the tree, each with a build of its own. The tree itself is never touched."""

import os
import shutil
import subprocess


class BuildFailed(Exception):
    """A mutant that does not compile proves nothing."""


class Scratch:
    """One lane: mutants of different lanes are judged at the same time."""

    def __init__(self, root, lane):
        self.root = root
        self.tree = root / "build-mutants" / str(lane)
        self.build = self.tree / "build"

    def refresh(self):
        """Brings the copy up to the tree, committed or not; untouched files keep their times."""
        self.tree.mkdir(parents=True, exist_ok=True)
        wanted = set(self._files())
        for name in wanted:
            source, target = self.root / name, self.tree / name
            if not target.exists() or source.read_bytes() != target.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        for path in self.tree.rglob("*"):
            if self.build in path.parents or not path.is_file():
                continue
            if str(path.relative_to(self.tree)) not in wanted:
                path.unlink()

    def _files(self):
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], cwd=self.root, check=True,
                                capture_output=True, text=True).stdout
        return [name for name in listed.split("\0") if name and (self.root / name).is_file()]

    def make(self, programs, jobs=1):
        """Builds these test programs, with so many compilers.

        The build stands in its tree and has the flags that any build of it would have, so that
        ccache knows most of it already.
        """
        if not (self.build / "build.ninja").exists():
            compiler = ("ccache " if shutil.which("ccache") else "") + "g++"
            self._run(["meson", "setup", self.build, self.tree, "-Dbenchmarks=false",
                       "-Ddebug=false", "-Dcpp_args=-g1", "-Dwerror=false"], {"CXX": compiler})
        targets = sorted({f"tests/{program}" for program in programs})
        self._run(["ninja", "-C", self.build, f"-j{jobs}", *targets], {})

    @staticmethod
    def _run(command, environment):
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              env={**os.environ, "CCACHE_NOHASHDIR": "1", **environment})
        if done.returncode != 0:
            raise BuildFailed(done.stdout[-3000:] + done.stderr[-3000:])
