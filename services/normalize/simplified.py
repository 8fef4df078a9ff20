"""A view of a text in Simplified, character for character, for whatever looks for words in it.

Layout, typography, outline and metadata know the words of a report in one spelling: 第…条, 我代表, 附件. Where the
profile leaves or makes a text Traditional, they are given this view of it; as it is as long as the text, what they
find in the one stands in the other (ADR 128).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from ..edition import Metadata, Section
from .profiles import Profile
from .stage import Context
from .stages.chinese import is_listing
from .stages.conversion import to_hans, to_hant
from .stages.script import is_foreign
from .stages.scripts import TRADITIONAL

VIEW_VERSION: Final = 1


def simplified_view(text: str, context: Context) -> str:
    """Give ``text`` in Simplified, as long as it is; the very text where the profile has made it so already."""
    return text if context.profile.script == "Hans" else _view(text)


@lru_cache(maxsize=2)
def _view(text: str) -> str:
    if TRADITIONAL.isdisjoint(text):
        return text
    if is_foreign(text, frozenset(text)) or is_listing(text):
        return text
    now = to_hans(text)
    return now if len(now) == len(text) else "".join(map(_single, text))


@cache
def _single(character: str) -> str:
    now = to_hans(character)
    return now if len(now) == 1 else character


class AsWritten:
    """The way back: words that were read in the view, as the text writes them."""

    def __init__(self, text: str, view: str, profile: Profile) -> None:
        self._text = text
        self._view = view
        self._hant = profile.script == "Hant"
        same = view is text
        self._spelt = {} if same else {a: b for a, b in zip(view, text, strict=True) if a != b}

    def words(self, seen: str, start: int, end: int) -> str:
        """Give words that stand in ``view[start:end]``, or were put together from what does."""
        at = self._view.find(seen, start, end)
        if at >= 0:
            return self._text[at : at + len(seen)]
        near = {a: b for a, b in zip(self._view[start:end], self._text[start:end], strict=True) if a != b}
        now = "".join(near.get(one) or self._spelt.get(one, one) for one in seen)
        return to_hant(now) if self._hant else now

    def sections(self, sections: tuple[Section, ...]) -> tuple[Section, ...]:
        """Give the sections of the view with label and heading as the text has them; names stay."""
        return tuple(map(self._section, sections)) if self._spelt else sections

    def _section(self, section: Section) -> Section:
        start, end = section.span[0], section.body[0]
        label, heading = section.label, section.heading
        return section._replace(
            label=label and self.words(label, start, end), heading=heading and self.words(heading, start, end)
        )

    def metadata(self, metadata: Metadata) -> Metadata:
        """Give what was read in the view with its words as the text has them."""
        if not self._spelt:
            return metadata
        whole = (0, len(self._text))

        def said(name: str, words: str) -> str:
            at = metadata.evidence.get(name)
            return self.words(words, *(at if isinstance(at, tuple) else whole))

        region = metadata.region
        return replace(
            metadata,
            title=metadata.title and said("title", metadata.title),
            issuers=tuple(said("issuers", issuer) for issuer in metadata.issuers),
            region=region and replace(region, name=said("region", region.name)),
            number=metadata.number and said("number", metadata.number),
            session=metadata.session and said("session", metadata.session),
            source=metadata.source and said("source", metadata.source),
        )
