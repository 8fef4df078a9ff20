"""Mojibake: text decoded with the wrong codec, once or more than once, read as what it was.

See ``jiaokan.normalize.mojibake`` for the chains and the weighing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...edition import Edit, Finding
from ..language import load
from ..mojibake.gate import may_be_mojibake
from ..stage import Context

_KUN_JIN_KAO: Final = re.compile("(?:锟斤拷|錕斤拷|锟斤拷?|鍏嬫嫹){1,}")
KUN: Final = frozenset("锟錕")


def recover_mojibake(text: str, context: Context) -> Iterator[Edit | Finding]:
    """Undo wrong decodings where what comes out is fluent Chinese; leave everything else alone."""
    if KUN & context.alphabet:
        for found in _KUN_JIN_KAO.finditer(text):
            yield Finding(
                found.start(),
                found.end(),
                "lost-text",
                "锟斤拷 stands where U+FFFD was written as UTF-8 and read as GBK: what stood here is gone",
            )
    if not may_be_mojibake(text, context.alphabet):
        return
    from ..mojibake.undo import undone_in

    for undone in undone_in(text, load()):
        chain = ", ".join(f"{step.right} read as {step.wrong}" for step in reversed(undone.chain))
        yield Edit(undone.start, undone.end, undone.new, f"mojibake: {chain}", 1000, undone.alignment)
