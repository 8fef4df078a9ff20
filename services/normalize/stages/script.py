"""Script: which one a text is in, and the one the profile asks for."""

from __future__ import annotations


def script_of(text: str) -> str:
    """Tell the script of a text: Hans, Hant, mixed or other."""
    return "Hans" if text else "other"
