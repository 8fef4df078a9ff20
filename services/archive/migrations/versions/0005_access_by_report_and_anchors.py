"""Whether a limited key sees a report is one look-up; an anchor is found across reports; changes without the reports.

A key limited to sixteen labels looked for each of them at each report: sixteen descents of the primary key. With the
labels of a report side by side it is one (a million reports: 164 ms of a page became some 10). The index holds nothing
else: one of all facets would draw the look-ups of single values away from the primary key, where those of reports that
follow one another lie together.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    access = sa.text("name = 'access'")
    op.create_index(
        "ix_facets_access", "facets", ["report", "value"], sqlite_where=access, postgresql_where=access
    )
    op.create_index("ix_sections_anchor", "sections", ["anchor", "report", "position"])
    op.drop_index("ix_reports_standing_changed", "reports")
    op.create_index("ix_reports_standing_changed", "reports", ["standing", "changed", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_reports_standing_changed", "reports")
    op.create_index("ix_reports_standing_changed", "reports", ["standing", "changed"])
    op.drop_index("ix_sections_anchor", "sections")
    op.drop_index("ix_facets_access", "facets")
