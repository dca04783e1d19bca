"""Bytes of a page become audited facts."""
