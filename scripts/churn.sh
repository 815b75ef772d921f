#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Very many real sessions against one real gateway, both in namespaces: births, data, jumps.
#   churn.sh [--sessions 10000] [--storms 3] [--jump-every 10] [--seconds 10] [--json FILE] ...
# See --help, and `jvpn-churn run --help` for what is passed on. Exit code 0 when all sessions lived
# and jumped and nothing was violated. JVPN_BUILD names another build folder than build/.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
build="${JVPN_BUILD:-$scripts/../build}"

case " $* " in *" -h "* | *" --help "*) ;; *)
  "$scripts/install_packages.sh" build lab
  "$scripts/build.sh" "$build"
esac
PYTHONPATH="$scripts" exec python3 -B -m lab.churn --build "$build" "$@"
