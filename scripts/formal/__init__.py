# SPDX-License-Identifier: Apache-2.0
"""Exploring the models of docs/formal (scripts/verify_models.py)."""
