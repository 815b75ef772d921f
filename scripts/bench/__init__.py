# SPDX-License-Identifier: Apache-2.0
"""The benchmarks of the packet path: run, judged by their bars, shown as table, JSON and page."""
