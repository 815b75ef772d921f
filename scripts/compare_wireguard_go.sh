#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# TCP throughput of client and gateway beside that of Debian's wireguard-go, in the same lab and
# run.
#   compare_wireguard_go.sh [--rounds 3] [--seconds 6] [--json FILE]
# Exit code 0 when ours is at least 1.5 times theirs in both directions. JVPN_BUILD names another
# build folder than build/.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
build="${JVPN_BUILD:-$scripts/../build}"

case " $* " in *" -h "* | *" --help "*) ;; *)
  "$scripts/install_packages.sh" build lab compare
  "$scripts/build.sh" "$build"
esac
PYTHONPATH="$scripts" exec python3 -B -m lab.compare --build "$build" "$@"
