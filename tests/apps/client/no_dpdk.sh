#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# no_dpdk.sh PROGRAM: fails when the program links a library of DPDK.
set -eu
libraries=$(ldd "$1")
if echo "$libraries" | grep librte; then
  echo "$1 links DPDK" >&2
  exit 1
fi
echo "$libraries" | grep -q libsodium  # ldd did see a program of ours
