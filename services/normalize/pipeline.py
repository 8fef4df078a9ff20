"""The table of contents of a normalization, and the way through it: bytes in, edition out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from importlib.metadata import version
from typing import Final

from ..edition import Edition, LocatedFinding, Metadata, Source, to_json
from ..edition.collecting import collection_paused
from .alphabet import alphabet_of
from .errors import RejectedError
from .formats import read
from .formats.tables import gather_tables
from .gates import Gates
from .hints import NO_HINTS, Hints
from .language import TABLE_VERSION
from .metadata import METADATA_VERSION, describe
from .outline import OUTLINE_VERSION, outline
from .profiles import Profile, profile_named
from .quality import QUALITY_VERSION, grade
from .reading import Reading
from .simplified import VIEW_VERSION, AsWritten, simplified_view
from .stage import Context, Observe, Stage, run_stages
from .stages import (
    amendments,
    characters,
    chrome,
    contents,
    dashes,
    digits,
    edges,
    emphasis,
    entities,
    furniture,
    halved,
    injected,
    lines,
    lost,
    lost_blanks,
    markdown,
    markup,
    mojibake,
    notes,
    ocr,
    odd_marks,
    other_emphasis,
    pages,
    percents,
    pinyin,
    private_use,
    punctuation,
    radicals,
    script,
    slips,
    spaced_figures,
    spacing,
    spam,
    wraps,
)
from .stages.script import script_of

# Behind the script: these know the words of a report in Simplified.
_IN_SIMPLIFIED: Final = tuple(
    stage._replace(view=simplified_view)
    for stage in (
        Stage("drop-page-labels", 1, injected.drop_page_labels, words=injected.SECOND_LABEL),
        Stage("drop-page-numbers", 6, pages.drop_page_numbers),
        Stage("drop-running-heads", 2, pages.drop_running_heads),
        Stage("drop-contents", 6, contents.drop_contents, words=contents.SIGNS),
        Stage("join-torn-lines", 12, wraps.join_torn_lines),
        Stage("one-line-a-paragraph", 3, lines.one_line_a_paragraph),
        Stage("make-ascii", 5, digits.make_ascii, digits.WIDE),
        Stage("read-odd-points", 1, odd_marks.read_odd_points, words=odd_marks.ODD_POINTS),
        Stage("close-spaced-figures", 6, spaced_figures.close_spaced_figures),
        Stage("write-chinese-zero", 4, digits.write_chinese_zero, words=digits.BEHIND_NUMERALS),
        Stage("lengthen-dashes", 1, dashes.lengthen_dashes, words=dashes.HYPHENS),
        Stage("widen-flat-marks", 5, punctuation.widen_flat_marks, punctuation.FLAT_MARKS),
        Stage("round-full-stops", 3, odd_marks.round_full_stops, odd_marks.STOPS),
        Stage("close-gaps", 9, spacing.close_gaps),
    )
)

STAGES: Final = (
    Stage("take-off-page-furniture", 2, furniture.take_off_page_furniture),
    Stage("recover-mojibake", 12, mojibake.recover_mojibake, unread=mojibake.LEFT),
    Stage("restore-halved-zhe", 1, halved.restore_halved_zhe, halved.ROW),
    # Before the search for slips, to which a question mark may be a lost byte.
    Stage("drop-lost-blanks", 5, lost_blanks.drop_lost_blanks, lost_blanks.SIGNS),
    Stage("drop-lost-references", 1, lost_blanks.drop_lost_references, words=lost_blanks.SEMICOLONS),
    Stage(
        "drop-lines-between-commas", 1, injected.drop_lines_between_commas, words=injected.COMMAS_AT_STARTS
    ),
    Stage("drop-doubled-commas", 1, injected.drop_doubled_commas, words=injected.DOUBLED_COMMAS),
    Stage("drop-paragraph-tokens", 2, injected.drop_paragraph_tokens, injected.ALNUM),
    Stage("repair-byte-slips", 9, slips.repair_byte_slips),
    Stage("restore-swallowed-digits", 1, lost.restore_swallowed_digits, lost.QUESTIONS),
    Stage("restore-date-signs", 1, lost.restore_date_signs),
    Stage("tell-lost-date-signs", 1, lost.tell_lost_date_signs, words=lost.LOST_SIGNS),
    Stage("make-line-ends-plain", 1, characters.make_line_ends_plain, characters.LINE_ENDS),
    Stage("drop-invisible-characters", 1, characters.drop_invisible_characters, characters.INVISIBLES),
    Stage("read-c1-as-windows", 1, characters.read_c1_as_windows, characters.C1_CONTROLS),
    Stage("decode-html-references", 3, entities.decode_html_references, entities.AMPERSANDS),
    Stage("drop-orphaned-nbsp", 1, entities.drop_orphaned_nbsp, words=entities.NBSP_WORD),
    Stage("decode-escapes", 4, entities.decode_escapes, entities.BACKSLASHES),
    Stage("decode-percent-escapes", 1, percents.decode_percent_escapes, words=percents.BEGUN),
    Stage("decode-hex-line-ends", 1, entities.decode_hex_line_ends, words=entities.CRLF_LETTERS),
    Stage("give-radicals-their-characters", 1, radicals.give_radicals_their_characters, radicals.RADICALS),
    Stage("compose-characters", 1, characters.compose_characters),
    Stage("write-standard-shapes", 1, characters.write_standard_shapes, characters.VARIANTS),
    Stage("enlarge-small-forms", 2, odd_marks.enlarge_small_forms, odd_marks.SMALL_FORMS),
    Stage("read-private-use", 4, private_use.read_private_use),
    Stage("tell-missing-characters", 1, private_use.tell_missing_characters, private_use.PLACEHOLDERS),
    Stage("tell-replaced-characters", 1, private_use.tell_replaced_characters, private_use.REPLACED),
    Stage("take-off-markdown", 1, markdown.take_off_markdown),
    Stage("mend-torn-tags", 2, markup.mend_torn_tags, markup.RIGHT_ANGLES),
    Stage("drop-tags", 3, markup.drop_tags, markup.ANGLES),
    Stage("drop-wiki-headings", 1, markup.drop_wiki_headings, words=markup.EQUALS),
    Stage("drop-rules", 1, markup.drop_rules, words=markup.RULES),
    Stage("drop-heading-signs", 1, markup.drop_heading_signs, markup.HASHES),
    Stage("drop-quote-signs", 2, markup.drop_quote_signs, markup.QUOTE_SIGNS),
    Stage("drop-link-signs", 3, markup.drop_link_signs, markup.BRACKETS),
    Stage("drop-wiki-signs", 1, markup.drop_wiki_signs, markup.QUOTES),
    Stage("drop-emphasis", 6, emphasis.drop_emphasis, emphasis.ASTERISKS),
    Stage("drop-underscore-emphasis", 2, other_emphasis.drop_underscore_emphasis, other_emphasis.UNDERSCORES),
    Stage("drop-slanted-lines", 1, other_emphasis.drop_slanted_lines, emphasis.ASTERISKS),
    Stage("drop-pinyin-residue", 4, pinyin.drop_pinyin_residue, pinyin.TONED),
    Stage("drop-toneless-pinyin-residue", 3, pinyin.drop_toneless_pinyin_residue, words=pinyin.OPENINGS),
    Stage("drop-note-signs", 7, notes.drop_note_signs, notes.BRACKETS),
    Stage("drop-circled-note-signs", 1, notes.drop_circled_note_signs, notes.CIRCLED),
    Stage("drop-raised-note-signs", 1, notes.drop_raised_note_signs, notes.RAISED),
    Stage("drop-web-chrome", 7, chrome.drop_web_chrome),
    Stage("drop-cell-edges", 1, edges.drop_cell_edges, edges.BARS),
    Stage("drop-type-sizes", 2, edges.drop_type_sizes, words=edges.SIZES),
    Stage("drop-buttons-at-ends", 1, edges.drop_buttons_at_ends, words=edges.BUTTONS),
    Stage("drop-links-to-more", 1, edges.drop_links_to_more, edges.ANGLES),
    Stage("drop-spam", 3, spam.drop_spam),
    Stage("read-letters-in-numbers", 5, ocr.read_letters_in_numbers, ocr.MISREAD),
    Stage("read-misread-words", 3, ocr.read_misread_words),
    Stage("change-taiwan-words", 1, script.change_taiwan_words),
    Stage("convert-script", 8, script.convert_script),
    *_IN_SIMPLIFIED,
    Stage("amend", 1, amendments.amend),
)

_GATES: Final = Gates(STAGES)
_VERSIONS: Final = tuple((stage.name, stage.version) for stage in STAGES)


def normalize(
    data: bytes,
    *,
    hints: Hints | None = None,
    profile: str | Profile | None = None,
    reading: Reading | None = None,
    observe: Observe | None = None,
) -> Edition:
    """Make an edition of one source: a pure function of bytes, hints and profile.

    Args:
        data: the source, in any format that ``formats`` reads.
        hints: what the uploader or a person states about it.
        profile: a profile or its name; by default ``zh-Hans``.
        reading: what ``formats.read(data, hints)`` gives, where that was done in another process.
        observe: is told the name of each step that ended (``read``, each stage that ran, ``outline``, ``metadata``);
            no part of the result.

    Raises:
        RejectedError: the input cannot be read; its reason says what the uploader can do.
        ValueError: there is no such profile.
    """
    with collection_paused():
        return _normalize(data, hints or NO_HINTS, profile_named(profile), reading, observe)


def _normalize(
    data: bytes, hints: Hints, settings: Profile, reading: Reading | None, observe: Observe | None
) -> Edition:
    reading = reading or read(data, hints)
    if observe is not None:
        observe("read")
    if not reading.text.strip("\ufeff \t\r\n\f\v\u3000\u00a0"):
        raise RejectedError("empty", "the file holds no text; upload one that does")
    alphabet = alphabet_of(reading.text)
    context = Context(settings, hints, reading.media_type, reading.marks, alphabet, _wounds_of(reading))
    outcome = run_stages(
        reading.text,
        STAGES,
        context,
        gates=_GATES,
        reader=reading.reader[0],
        findings=reading.findings,
        observe=observe,
    )
    marks = gather_tables(outcome.text, outcome.marks)
    view = simplified_view(outcome.text, context)
    written = AsWritten(outcome.text, view, settings)
    sections = outline(view, marks, hints)
    if observe is not None:
        observe("outline")
    metadata, contradictions = describe(view, sections, marks, hints, written.metadata)
    sections = written.sections(sections)
    if observe is not None:
        observe("metadata")
    findings = (*outcome.findings, *contradictions)
    found = script_of(reading.text, alphabet)
    if not outcome.text:
        # A lone page number, a page's menu: an edition without text, told so, and never a rejection.
        message = "nothing of this text is the document's own"
        findings += (LocatedFinding("normalize", "emptied", (0, len(reading.text)), None, message, 1000),)
    return Edition(
        text=outcome.text,
        reading=reading.text,
        places=reading.places,
        passes=outcome.passes,
        stages=_VERSIONS,
        marks=marks,
        located_findings=findings,
        sections=sections,
        metadata=metadata,
        source=Source(hashlib.sha256(data).hexdigest(), len(data), reading.media_type, reading.encoding),
        script=found if outcome.text == reading.text else script_of(outcome.text, alphabet_of(outcome.text)),
        script_found=found,
        profile=settings.name,
        fingerprint=fingerprint(reading.reader, settings),
        quality=grade(outcome.passes, findings, len(outcome.text)),
    )


def _wounds_of(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Give the places where U+FFFD stands for bytes that the reader could not decode, and told of."""
    told = [(found.start, found.end) for found in reading.findings if found.code == "undecodable-bytes"]
    return tuple(
        (low + found.start(), low + found.end())
        for low, high in told
        for found in re.finditer("\ufffd+", reading.text[low:high])
    )


@lru_cache(maxsize=64)
def fingerprint(reader: tuple[str, ...], profile: Profile) -> str:
    """Name everything that an edition's own reading used; another fingerprint may give another edition."""
    used = {
        "reader": reader,
        "stages": _VERSIONS,
        "profile": [profile.name, profile.script, profile.strict],
        "outline": OUTLINE_VERSION,
        "metadata": METADATA_VERSION,
        "quality": QUALITY_VERSION,
        "language": TABLE_VERSION,
        "chardet": version("chardet"),
        "opencc": version("opencc"),
        "unicode": unicodedata.unidata_version,
    }
    if profile.script != "Hans":
        used["view"] = VIEW_VERSION
    return hashlib.sha256(to_json(used)).hexdigest()[:32]


__all__ = ["STAGES", "Metadata", "fingerprint", "normalize"]
