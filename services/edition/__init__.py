"""What an edition is: edits, marks, findings, sections, content and record. No input or output here."""

from .apparatus import AppliedEdit, AppliedFinding, unpack_edits
from .edition import (
    CONTENT_SCHEMA,
    RECORD_SCHEMA,
    Edition,
    Encoding,
    LocatedFinding,
    Quality,
    Source,
    Trace,
    to_json,
)
from .metadata import Metadata, Region, Years
from .passes import EditsError, Pass
from .places import Place, Places
from .proposals import CERTAIN, NO_DATA, Edit, Finding, Mark, Proposal, Replaced
from .sections import Section

__all__ = [
    "CERTAIN",
    "CONTENT_SCHEMA",
    "NO_DATA",
    "RECORD_SCHEMA",
    "AppliedEdit",
    "AppliedFinding",
    "Edit",
    "Edition",
    "EditsError",
    "Encoding",
    "Finding",
    "LocatedFinding",
    "Mark",
    "Metadata",
    "Pass",
    "Place",
    "Places",
    "Proposal",
    "Quality",
    "Region",
    "Replaced",
    "Section",
    "Source",
    "Trace",
    "Years",
    "to_json",
    "unpack_edits",
]
