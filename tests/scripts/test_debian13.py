# SPDX-License-Identifier: Apache-2.0
"""What debian13.sh does around a command: told by stand-ins of debootstrap and chroot, which leave
this system in place of Debian 13."""

import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
STAND_INS = {
    "apt-get": 'case "$*" in indextargets*) echo http://mirror.test/debian ;; esac',
    "apt-config": 'case "$1" in shell) echo "proxy=\'http://proxy.test\'" ;;'
                  " dump) echo 'Acquire::http::Proxy \"http://proxy.test\";'"
                  "; echo 'APT::Other \"1\";' ;; esac",
    "dpkg-query": "printf installed",
    # debootstrap --variant=... --include=... trixie FOLDER MIRROR
    "debootstrap": 'echo "$4" "$5" "$http_proxy" >"$BOOTSTRAPPED"; mkdir -p "$4/etc/apt/apt.conf.d"'
                   ' && cd "$4" && mkdir proc sys dev tmp run && exit $BOOTSTRAP_CODE',
    # chroot FOLDER env -i --chdir=/src NAME=VALUE... COMMAND...
    "chroot": 'cd "$1/src" && shift 4 && exec env -i "$@"',
}
PATIENCE_S = 20
needs_root = unittest.skipUnless(os.geteuid() == 0, "mounts need root")


class Debian13(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="jvpn-debian13-")
        self.addCleanup(holder.cleanup)
        self.root = Path(holder.name) / "tree"
        self.chroot = self.root / "build-debian13"
        self.bootstrapped = Path(holder.name) / "bootstrapped"
        tools = Path(holder.name) / "tools"
        for folder in (self.root / "scripts", tools):
            folder.mkdir(parents=True)
        for name in ("debian13.sh", "install_packages.sh", "packages.txt"):
            shutil.copy(SCRIPTS / name, self.root / "scripts")
        for name, body in STAND_INS.items():
            (tools / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            (tools / name).chmod(0o755)
        self.environment = {"PATH": f"{tools}:{os.environ['PATH']}", "BOOTSTRAP_CODE": "0",
                            "BOOTSTRAPPED": str(self.bootstrapped)}

    def start(self, *command):
        return subprocess.Popen([self.root / "scripts" / "debian13.sh", *command], text=True,
                                env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=True)

    def run_there(self, *command):
        process = self.start(*command)
        out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out, err

    def assert_nothing_is_left(self, session):
        self.assertNotIn(str(self.root), Path("/proc/mounts").read_text(encoding="utf-8"))
        listed = subprocess.run(["ps", "-o", "stat=,args=", "-s", str(session)],
                                capture_output=True, text=True).stdout.splitlines()
        self.assertEqual([line for line in listed if not line.startswith("Z")], [])

    def test_without_a_command_it_says_how_it_is_used(self):
        code, _, err = self.run_there()
        self.assertEqual(code, 2)
        self.assertIn("debian13.sh scripts/test.sh", err)

    @needs_root
    def test_the_command_runs_among_the_sources_and_its_exit_code_is_told(self):
        (self.root / "main.cc").write_text("int main() {}\n", encoding="utf-8")
        code, out, _ = self.run_there("sh", "-c", "cat main.cc; exit 7")
        self.assertEqual((code, out), (7, "int main() {}\n"))

    @needs_root
    def test_the_chroot_is_made_once_from_the_mirror_and_by_the_proxy_of_this_machine(self):
        self.run_there("true")
        self.assertEqual(self.bootstrapped.read_text(encoding="utf-8").split(),
                         [f"{self.chroot}.part", "http://mirror.test/debian", "http://proxy.test"])
        settings = self.chroot / "etc/apt/apt.conf.d/99-as-on-the-host"
        self.assertEqual(settings.read_text(encoding="utf-8"),
                         'Acquire::http::Proxy "http://proxy.test";\n')
        self.bootstrapped.unlink()
        self.assertEqual(self.run_there("true")[0], 0)
        self.assertFalse(self.bootstrapped.exists())

    @needs_root
    def test_a_mirror_of_the_environment_goes_first(self):
        self.environment["MIRROR"] = "http://other.test"
        self.run_there("true")
        self.assertIn("http://other.test", self.bootstrapped.read_text(encoding="utf-8"))

    @needs_root
    def test_a_debootstrap_that_fails_is_explained_and_begun_afresh(self):
        self.environment["BOOTSTRAP_CODE"] = "1"
        code, _, err = self.run_there("true")
        self.assertEqual(code, 1)
        self.assertIn("MIRROR=URL names another mirror", err)
        self.environment["BOOTSTRAP_CODE"] = "0"
        self.assertEqual(self.run_there("true")[0], 0)

    @needs_root
    def test_sources_keep_their_times_and_builds_stay(self):
        kept, dropped = self.root / "kept.cc", self.root / "dropped.cc"
        for path in (kept, dropped):
            path.touch()
        os.utime(kept, ns=(10**18 + 1, 10**18 + 1))
        self.run_there("sh", "-c", "mkdir build-plain && touch build-plain/object")
        dropped.unlink()
        (self.root / "build-plain").mkdir()
        self.run_there("true")
        there = self.chroot / "src"
        self.assertEqual((there / "kept.cc").stat().st_mtime_ns, 10**18 + 1)
        self.assertFalse((there / "dropped.cc").exists())
        self.assertTrue((there / "build-plain/object").exists())
        self.assertFalse((there / "build-debian13").exists())

    @needs_root
    def test_vectors_beside_the_tree_lie_beside_the_copy(self):
        vectors = self.root.parent / "shared/vectors"
        vectors.mkdir(parents=True)
        (vectors / "aes.json").touch()
        self.assertEqual(self.run_there("ls", "../shared/vectors")[1], "aes.json\n")

    @needs_root
    def test_two_at_a_time_are_refused(self):
        first = self.start("sh", "-c", "echo ready; sleep 60")
        self.assertEqual(first.stdout.readline(), "ready\n")
        code, _, err = self.run_there("true")
        self.assertEqual(code, 1)
        self.assertIn("at work", err)
        first.terminate()
        first.communicate(timeout=PATIENCE_S)

    def interrupt(self, send):
        """Ends a command that cleans up, and that leaves a child behind; returns what it said."""
        process = self.start("sh", "-c", "trap 'echo cleaned; exit 3' INT TERM; sleep 600 &"
                                         " echo ready; while :; do sleep 0.1; done")
        self.assertEqual(process.stdout.readline(), "ready\n")
        send(process)
        out, _ = process.communicate(timeout=PATIENCE_S)
        self.assert_nothing_is_left(process.pid)
        return process.returncode, out

    @needs_root
    def test_ctrl_c_lets_the_command_clean_up_and_leaves_nothing(self):
        self.assertEqual(self.interrupt(lambda p: os.killpg(p.pid, signal.SIGINT)),
                         (3, "cleaned\n"))

    @needs_root
    def test_sigterm_lets_the_command_clean_up_and_leaves_nothing(self):
        self.assertEqual(self.interrupt(lambda p: p.terminate()), (3, "cleaned\n"))

    @needs_root
    def test_sigkill_leaves_nothing(self):
        self.assertEqual(self.interrupt(lambda p: p.kill()), (-signal.SIGKILL, ""))


if __name__ == "__main__":
    unittest.main()
