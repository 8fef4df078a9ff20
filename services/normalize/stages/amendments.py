"""A person's word: amendments from the hints, applied to the clean text last of all.

They are anchored by content, not by offset, so they survive a new upload and a new pipeline as long as the place
reads the same. What no longer fits is told, never guessed at. Refusals are the runner's (`stage.run_stages`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...edition import Edit, Finding
from ..hints import Amendment
from ..stage import Context, amendment_unused


def amend(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Apply what a person replaced or accepted: the one place where `was` stands between `before` and `after`."""
    if not context.hints.amendments:
        return
    taken: list[tuple[int, int]] = []
    for amendment in context.hints.amendments:
        if amendment.action == "refuse":
            continue
        places = _places(text, amendment)
        if len(places) == 1 and amendment.was != amendment.now:
            start, end = places[0]
            if any((start < high and low < end) or (start, end) == (low, high) for low, high in taken):
                yield amendment_unused(amendment, "another amendment holds this place")
                continue
            taken.append((start, end))
            yield Edit(start, end, amendment.now, f"{amendment.action}-by-person")
            yield Finding(start, end, "amended", "a person set this right", data=_told(amendment))
        elif not places and _stands(text, amendment):
            continue  # the pipeline has come to say the same
        else:
            yield amendment_unused(
                amendment, f"it fits {len(places)} places; one was meant" if places else "it fits nowhere"
            )


def _places(text: str, amendment: Amendment) -> list[tuple[int, int]]:
    """Find every place where the amendment fits; one that only inserts needs something to stand beside."""
    sought = amendment.before + amendment.was + amendment.after
    if not sought:
        return []
    places = []
    at = text.find(sought)
    while at >= 0:
        start = at + len(amendment.before)
        places.append((start, start + len(amendment.was)))
        at = text.find(sought, at + 1)
    return places


def _told(amendment: Amendment) -> dict[str, str]:
    data = {"was": amendment.was, "now": amendment.now}
    return data | {name: word for name in ("who", "why") if (word := getattr(amendment, name))}


def _stands(text: str, amendment: Amendment) -> bool:
    return bool(amendment.now or amendment.before or amendment.after) and (
        amendment.before + amendment.now + amendment.after in text
    )
