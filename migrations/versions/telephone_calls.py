"""Telephone interviews: what became of the calls, the call lists, and who works on them.

Revision: telephone_calls
Follows: touchpoint_once
"""

import sqlalchemy as sa
from alembic import op

revision = "telephone_calls"
down_revision = "touchpoint_once"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column(
        "invitation", sa.Column("called_as", sa.String(length=8), server_default="", nullable=False)
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_column("invitation", "called_as")
