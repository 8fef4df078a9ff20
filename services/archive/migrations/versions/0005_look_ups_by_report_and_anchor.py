"""What a report has is one look-up by report, and an anchor is found across reports.

A key limited to sixteen labels looked for each of them at each report: sixteen descents of the primary key. With name
and value behind the report in the index it is one (a million reports: 164 ms of a page became 16). SQLite's index had
them already: a table without row numbers ends every index with its primary key.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.drop_index("ix_facets_report", "facets")
    op.create_index("ix_facets_report", "facets", ["report", "name", "value"])
    op.create_index("ix_sections_anchor", "sections", ["anchor", "report", "position"])


def downgrade() -> None:
    """Make them as they were."""
    op.drop_index("ix_sections_anchor", "sections")
    op.drop_index("ix_facets_report", "facets")
    op.create_index("ix_facets_report", "facets", ["report"])
