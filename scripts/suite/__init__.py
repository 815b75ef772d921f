# SPDX-License-Identifier: Apache-2.0
"""Every test of the project in stages, counted into one closing line (scripts/test.sh)."""
