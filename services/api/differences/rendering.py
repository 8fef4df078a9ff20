"""A difference as JSON, as unified text, and as a page. Pages are made by an auto-escaping template."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, cast

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ...contract import shapes
from .alignment import Node
from .compare import Difference, SectionDifference

CONTEXT: Final = 24
"""Characters of unchanged text shown on each side of a change in unified text."""


def as_json(difference: Difference) -> shapes.Difference:
    """Give the difference as the API's JSON."""
    return {
        "why": list(difference.why),
        "counts": cast("shapes.DifferenceCounts", difference.counts),
        "sections": [
            {
                "state": section.state,
                "before": _node(section.before),
                "after": _node(section.after),
                "likeness": section.likeness,
                "moved": section.moved,
                "runs": None
                if section.state == "kept"
                else [{"op": run.op, "text": run.text} for run in section.runs],
            }
            for section in difference.sections
        ],
    }


def _node(node: Node | None) -> shapes.ComparedSection | None:
    if node is None:
        return None
    return {
        "id": node.id,
        "anchor": node.anchor,
        "kind": node.kind,
        "label": node.label,
        "heading": node.heading,
    }


def as_unified_text(difference: Difference) -> str:
    """Give the difference as plain text: a line ``@@`` a section, ``-`` and ``+`` lines, unchanged text shortened."""
    lines: list[str] = []
    for section in difference.sections:
        if section.state == "kept":
            continue
        lines.append(f"@@ {section.state}{' moved' if section.moved else ''}: {_name(section)} @@")
        if section.state in ("new", "gone"):
            sign = "+" if section.state == "new" else "-"
            lines += [f"{sign}{line}" for run in section.runs for line in run.text.rstrip("\n").split("\n")]
            continue
        lines += _hunks(section)
    return "\n".join(lines) + ("\n" if lines else "")


def _hunks(section: SectionDifference) -> list[str]:
    old = new = ""
    for run in section.runs:
        if run.op == "equal":
            shown = (
                run.text if len(run.text) <= 2 * CONTEXT else f"{run.text[:CONTEXT]}…{run.text[-CONTEXT:]}"
            )
            old += shown
            new += shown
        elif run.op == "delete":
            old += f"[-{run.text}-]"
        else:
            new += f"{{+{run.text}+}}"
    return [f"-{line}" for line in old.split("\n") if line] + [f"+{line}" for line in new.split("\n") if line]


def _name(section: SectionDifference) -> str:
    node = section.after or section.before
    assert node is not None
    return f"{node.id} {node.heading or ''}".rstrip()


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__.rpartition(".")[0], "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("difference.html")


def as_html(difference: Difference, *, title: str, before: str, after: str) -> str:
    """Give the difference as one page without scripts or outside resources."""
    return _template().render(difference=difference, title=title, before=before, after=after)
