# SPDX-License-Identifier: Apache-2.0
"""What scripts/generate_tables.py reads and writes: one source each, no table typed twice."""
