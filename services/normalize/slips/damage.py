"""The forward model: damage on purpose.

All three mechanisms are operations on the bytes of GBK that ignore where a character of two bytes begins. One byte
is lost (or replaced by a mark), and what follows is decoded pair by pair, one byte off, until a byte below 0x80, or
the loss of a second byte, sets it right again. Pairs in the private-use cells may then be dropped, full-width marks
flattened to ASCII, and Simplified characters converted to Traditional ones.

A repair is proved by this module alone: the repaired text, damaged again, must be the stored one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final, Literal, NamedTuple

from .codes import CHARACTER, is_private

Loss = Literal["lead-to-mark", "lead", "trail", "torn"]
"""What happened to the first byte: the lead became a mark, the lead or the trail was lost, a note tore the pair."""

LOSSES: Final[tuple[Loss, ...]] = ("lead-to-mark", "lead", "trail")


class Channel(NamedTuple):
    """What the tools on the way did to everything in the run.

    ``orphan`` says what becomes of a lead without a trail: a mark that keeps the next byte (``mark``), a mark that
    swallows it (``swallow``), or ``nothing``.
    """

    drop_private: bool = False
    flatten: bool = False
    orphan: Literal["mark", "swallow", "nothing"] = "mark"
    wound: str = "?"


class Damaged(NamedTuple):
    """A damaged text, and which part of it the run is."""

    text: str
    start: int
    end: int


def encode(text: str) -> bytes | None:
    """Give the GBK bytes of ``text``; None where it has a character that GBK cannot write in two bytes."""
    try:
        data = text.encode("gb18030")
    except UnicodeEncodeError:
        return None
    return data if len(data) == sum(1 if char < "\x80" else 2 for char in text) else None


def misread(data: bytes, channel: Channel) -> Iterator[str]:
    """Decode bytes pair by pair as the tools did that made the stored text."""
    at = 0
    while at < len(data):
        lead = data[at]
        if lead < 0x80:
            yield chr(lead)
            at += 1
            continue
        if at + 1 == len(data):
            if channel.orphan != "nothing":
                yield channel.wound
            return
        trail = data[at + 1]
        code = int(CHARACTER[lead << 8 | trail])
        if code:
            if not (channel.drop_private and is_private(code)):
                yield flattened(chr(code)) if channel.flatten else chr(code)
            at += 2
        elif trail >= 0x40:
            yield channel.wound
            at += 2
        else:
            if channel.orphan != "nothing":
                yield channel.wound
            at += 2 if channel.orphan == "swallow" else 1


def flattened(char: str) -> str:
    """Give the ASCII form of a full-width mark, letter, digit or space; any other character as it is."""
    code = ord(char)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return " " if char == "\u3000" else char


def damage(
    text: str, at: int, loss: Loss, channel: Channel, *, second: tuple[int, Loss] | None = None
) -> Damaged | None:
    """Damage ``text``: its character ``at`` loses a byte, and all goes wrong from there.

    ``second`` is the character that loses another byte, which sets the rest right. None when the text cannot be
    damaged so: a character that has no two bytes in GBK.
    """
    first = encode(text[at])
    if first is None or len(first) != 2:
        return None
    head = {"lead-to-mark": b"?" + first[1:], "lead": first[1:], "trail": first[:1]}[loss]
    if second is None:
        stop = at + 1
        run = bytearray(head)
        # The run is read until bytes and characters meet again, or the text ends.
        while stop < len(text):
            more = encode(text[stop])
            if more is None:
                return None
            if _rests(bytes(run), channel):
                break
            run += more
            stop += 1
        stored = "".join(misread(bytes(run), channel))
    else:
        stop, other = second[0] + 1, second[1]
        middle, last = encode(text[at + 1 : second[0]]), encode(text[second[0]])
        if middle is None or last is None or len(last) != 2:
            return None
        if _rests(head + middle, channel):
            return None  # an ASCII byte has set it right before the second loss could
        stored = "".join(misread(head + middle + (last[1:] if other == "lead" else last[:1]), channel))
    return Damaged(text[:at] + stored + text[stop:], at, at + len(stored))


def _rests(run: bytes, channel: Channel) -> bool:
    """Tell whether a decoder has nothing pending after ``run``."""
    at = 0
    while at < len(run):
        if run[at] < 0x80:
            at += 1
        elif at + 1 == len(run):
            return False
        elif run[at + 1] >= 0x40 or channel.orphan == "swallow":
            at += 2
        else:
            at += 1
    return True


class Proof(NamedTuple):
    """The mechanism that turns a repaired run into the stored one."""

    loss: Loss
    second: Loss | None
    channel: Channel
    converted: bool


def prove(
    repaired: str,
    stored: str,
    *,
    after: str = "",
    conversions: Mapping[str, str] | None = None,
    torn: tuple[str, int] | None = None,
) -> Proof | None:
    """Find the mechanism by which ``repaired`` reads ``stored``; None when there is none.

    ``after`` is the stored text behind the run, which must come out untouched. ``conversions`` maps Simplified
    characters to Traditional ones, if the tools converted after the damage. ``torn`` is a pinyin note that tore a
    pair, and how many bytes of the run stood before it.
    """
    data = encode(repaired)
    if data is None or len(data) < 2:
        return None
    tail = encode(after[:1]) or b""
    losses: tuple[Loss, ...] = ("torn",) if torn else LOSSES
    for loss in losses:
        seconds: tuple[Loss | None, ...] = (None, "lead", "trail")
        for second in seconds:
            bytes_left = _lose(data, loss, second, torn)
            if bytes_left is None:
                continue
            for drop, flat, orphan, wound, converted in product(
                (False, True), (False, True), ("mark", "swallow", "nothing"), "?\ufffd", (False, True)
            ):
                if converted and not conversions:
                    continue
                channel = Channel(drop, flat, orphan, wound)  # type: ignore[arg-type]
                # Only the run was flattened: pages have flat marks beside wide ones.
                behind = "" if second else flattened(after[:1]) if flat and after else after[:1]
                expected = stored + behind
                if (
                    _read(bytes_left + (b"" if second else tail), channel, conversions if converted else None)
                    == expected
                ):
                    return Proof(loss, second, channel, converted)
                # What the last orphan swallowed is not in the repaired text: any byte below 0x40 stands for it.
                if orphan == "swallow" and second is None:
                    read = _read(bytes_left + b"0", channel, conversions if converted else None)
                    if read == stored:
                        return Proof(loss, second, channel, converted)
    return None


def _read(data: bytes, channel: Channel, conversions: Mapping[str, str] | None) -> str:
    read = misread(data, channel)
    return "".join(read) if conversions is None else "".join(conversions.get(char, char) for char in read)


def _lose(data: bytes, loss: Loss, second: str | None, torn: tuple[str, int] | None) -> bytes | None:
    if loss == "torn":
        assert torn is not None
        note, kept = torn
        data = data[:kept] + note.encode("gb18030") + data[kept:]
    else:
        data = {"lead-to-mark": b"?" + data[1:], "lead": data[1:], "trail": data[:1] + data[2:]}[loss]
    if second is None:
        return data
    if len(data) < 3:
        return None
    return data[:-2] + data[-1:] if second == "lead" else data[:-1]
