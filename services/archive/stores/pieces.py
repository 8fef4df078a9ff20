"""How large the pieces are in which streams travel."""

from typing import Final

PIECE: Final = 1 << 16
