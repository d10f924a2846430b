"""How often the same person may answer at a touchpoint.

Revision: touchpoint_once
Follows: import_reports
"""

import sqlalchemy as sa
from alembic import op

revision = "touchpoint_once"
down_revision = "import_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; codes that exist stay without a limit."""
    op.add_column(
        "touchpoint", sa.Column("once", sa.String(length=10), server_default="", nullable=False)
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("touchpoint", "once")
