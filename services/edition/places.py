"""Where in a source something stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a source, told the way its format can tell it.

    * text, HTML: ``bytes``, a half-open range of the source's bytes;
    * DOCX: ``part`` (a name inside the package), ``run`` (its number in document order) and ``chars``;
    * PDF: ``page`` (from 1) and ``box`` (left, bottom, right, top in thousandths of a point).

    ``place["bytes"]`` reads like the JSON form does.
    """

    bytes: tuple[int, int] | None = None
    part: str | None = None
    run: int | None = None
    chars: tuple[int, int] | None = None
    page: int | None = None
    box: tuple[int, int, int, int] | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the members that are set, as they stand in a record."""
        out: dict[str, Any] = {}
        for name in ("bytes", "part", "run", "chars", "page", "box"):
            value = getattr(self, name)
            if value is not None:
                out[name] = list(value) if isinstance(value, tuple) else value
        return out

    def __getitem__(self, name: str) -> Any:
        value = getattr(self, name, None) if name in self.__slots__ else None
        if value is None:
            raise KeyError(name)
        return value


class Places(Protocol):
    """The way from the text that a reader gave back into its source."""

    def locate(self, start: int, end: int) -> tuple[Place, ...]:
        """Name the places behind ``text[start:end]``, in document order.

        An empty span gives the place between two characters, so the answer is never empty.
        """
        ...
