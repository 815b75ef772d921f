#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lives through many seeds of the simulator: simulate.sh [OPTIONS of jvpn-sim]
#   simulate.sh --seeds 10000                  all invariants, five virtual minutes of faults a seed (24 and
#                                              a crowd of idle clients in one of 25)
#   simulate.sh --seed 4711                    one seed, with every fault and audit event
#   simulate.sh --seeds 1500 --demand-coverage each reachable state, event and fault must be seen
#   simulate.sh --canary --seeds 3             with a defect built in: must report breaches
#   simulate.sh --check-builds [FIRST COUNT]   the same seeds at -O0, -O3 and under the address
#                                              sanitizer must give the same audit, byte for byte
# Builds live in build-sim*, the sanitizer's in the suite's build-asan; made here when missing.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
ccache="$(command -v ccache >/dev/null && echo 'ccache ' || true)"
compiler="${CXX:-${ccache}g++}"
clang=clang++-14  # or whichever is here, as in scripts/suite/meson.py
command -v "$clang" >/dev/null || clang=clang++

# build NAME MESON_OPTIONS...: prints the program's path
build() {
  local folder="$root/build-$1"
  shift
  {
    [ -f "$folder/build.ninja" ] ||
      CXX="$compiler" meson setup "$folder" "$root" -Ddebug=false "$@"
    ninja -C "$folder" tests/sim/jvpn-sim
  } >&2 </dev/null
  echo "$folder/tests/sim/jvpn-sim"
}

check_builds() {
  local first="${1:-1}" count="${2:-12}" name program bad=0
  local -A programs=(
    [O0]="$(build sim-O0 -Doptimization=0)"
    [O3]="$(build sim-O3 -Doptimization=3)"
    [asan]="$(compiler="$ccache$clang" build asan -Dwerror=true -Dcpp_args=-g1 -Dfuzz=true \
      -Dbenchmarks=false -Doptimization=1)"
  )
  local -A audits
  for name in O0 O3 asan; do
    echo "seeds $first to $((first + count - 1)), 2 minutes each, by $name:"
    audits[$name]="$("${programs[$name]}" --audits --minutes 2 --first "$first" --seeds "$count")" ||
      bad=1
    echo "${audits[$name]}"
    [ "${audits[$name]}" = "${audits[O0]}" ] || bad=1
  done
  [ "$bad" = 0 ] && echo "all builds agree" || { echo "the builds differ"; return 1; }
}

if [ "${1:-}" = --check-builds ]; then
  shift
  check_builds "$@"
else
  exec "$(build sim -Doptimization=2)" "$@"
fi
