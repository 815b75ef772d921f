#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian machine to a session that survives its jumps: installs packages, builds, lays
# out client, two access networks, NAT, gateway and server in network namespaces, and shows what a
# jump costs.
#   quickstart.sh [--hugepages auto|on|off] [--json FILE]
# Exit code 0 when every bar held. Nothing is left behind, also after Ctrl-C. JVPN_BUILD names
# another build folder than build/.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
build="${JVPN_BUILD:-$scripts/../build}"

case " $* " in *" -h "* | *" --help "*) ;; *)
  echo "== Packages"
  "$scripts/install_packages.sh" build lab
  echo "== Build (a few minutes the first time)"
  "$scripts/build.sh" "$build"
esac
PYTHONPATH="$scripts" exec python3 -B -m lab.quickstart --build "$build" "$@"
