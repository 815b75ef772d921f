#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# TCP throughput of client and gateway, and the highest rate of 64 B datagrams without loss, beside
# those of Debian's wireguard-go, in the same lab and run.
#   compare_wireguard_go.sh [--rounds 3] [--seconds 6] [--udp-seconds 2] [--json FILE]
# Exit code 0 when ours is at least 4 times theirs in all three. JVPN_BUILD names another build
# folder than build/.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
build="${JVPN_BUILD:-$scripts/../build}"

case " $* " in *" -h "* | *" --help "*) ;; *)
  "$scripts/install_packages.sh" build lab compare
  "$scripts/build.sh" "$build"
esac
PYTHONPATH="$scripts" exec python3 -B -m lab.compare --build "$build" "$@"
