#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the programs (no tests), or the given targets: build.sh BUILD_DIR [TARGET...]. Shows
# ninja's progress.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$1"
targets=(apps/gateway/jvpn-gateway apps/client/jvpn apps/ctl/jvpnctl benchmarks/flow/jvpn-udp-flow
         benchmarks/churn/jvpn-churn)
[ $# -eq 1 ] || targets=("${@:2}")

[ -f "$build/build.ninja" ] ||
  CXX="${CXX:-$(command -v ccache >/dev/null && echo 'ccache ')g++}" \
    meson setup "$build" "$root" -Ddebug=false </dev/null
ninja -C "$build" "${targets[@]}" </dev/null
