"""What differs: between two editions of a report, and between two years of a series."""

from .alignment import Alignment, Node, align_editions, align_years, nodes_of
from .compare import Difference, Run, SectionDifference, compare_editions, compare_years
from .rendering import as_html, as_json, as_unified_text

__all__ = [
    "Alignment",
    "Difference",
    "Node",
    "Run",
    "SectionDifference",
    "align_editions",
    "align_years",
    "as_html",
    "as_json",
    "as_unified_text",
    "compare_editions",
    "compare_years",
    "nodes_of",
]
