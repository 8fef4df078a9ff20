"""A work item knows the trace of the upload that made it, so that one trace goes from upload to publishing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; items that wait have no trace."""
    op.add_column("work", sa.Column("trace", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("work", "trace")
