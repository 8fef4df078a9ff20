"""The language side: what official Chinese sounds like, as a table of character n-grams.

Nothing here is loaded before something suspicious was seen; then it is loaded once a process.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .model import Model
    from .table import Pairs

TABLE: Final = "zh-reports"
TABLE_VERSION: Final = "zh-reports 2"
"""Names the table in the fingerprint of every edition; its manifest says what was counted."""


@lru_cache(maxsize=1)
def load_pairs() -> Pairs:
    """Give what is known of neighbours: small, and enough to see that a text is clean."""
    from .table import read_pairs

    return read_pairs(_data(f"{TABLE}.pairs"))


@lru_cache(maxsize=1)
def load() -> Model:
    """Give the model, loading its table at the first call (1 s)."""
    from .model import Model
    from .table import read_table

    return Model(load_pairs(), read_table(_data(f"{TABLE}.grams")))


def _data(name: str) -> bytes:
    return (files(__package__) / "data" / name).read_bytes()
