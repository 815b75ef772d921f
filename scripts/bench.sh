#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the packet path, mbuf in to mbuf out, beside the bare cipher call of the same run, and
# the parts that it is made of; a storm of jumps; two workers beside one. What the figures mean:
# docs/BENCHMARKS.md.
#   bench.sh [--quick] [--json FILE] [--html FILE] [--runs 3] [--slices 51] [--sessions N...]
# --quick takes under 5 minutes: the cells that have bars. Exit code 0 when every bar is met.
# nr_hugepages is raised for the large tables and put back, also after Ctrl-C. JVPN_BUILD names
# another build folder than build/.
set -euo pipefail

scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
build="${JVPN_BUILD:-$scripts/../build}"
targets=(benchmarks/dataplane/bench_path benchmarks/dataplane/bench_stages
         benchmarks/crypto/bench_aead benchmarks/session/bench_table
         benchmarks/session/bench_replay_window benchmarks/session/bench_table_under_load
         benchmarks/dataplane/storm/bench_storm benchmarks/dataplane/bench_workers)

case " $* " in *" -h "* | *" --help "*) ;; *)
  "$scripts/install_packages.sh" build
  "$scripts/build.sh" "$build" "${targets[@]}"
esac
PYTHONPATH="$scripts" exec python3 -B -m bench --build "$build" "$@"
