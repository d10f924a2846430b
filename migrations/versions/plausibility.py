"""Where and when a store's answers make sense, and whether a study asks for the position.

Revision: plausibility
Follows: telephone_calls
"""

import sqlalchemy as sa
from alembic import op

revision = "plausibility"
down_revision = "telephone_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing is asked and nothing flagged until somebody fills them in."""
    op.add_column("study", sa.Column("visit_days", sa.Integer(), nullable=True))
    op.add_column(
        "study",
        sa.Column("asks_position", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    for name in ("open_from", "open_until"):
        op.add_column("touchpoint", sa.Column(name, sa.Integer(), nullable=True))
    for name in ("latitude", "longitude"):
        op.add_column("touchpoint", sa.Column(name, sa.Double(), nullable=True))
    op.add_column(
        "touchpoint", sa.Column("radius", sa.Integer(), server_default="1000", nullable=False)
    )


def downgrade() -> None:
    """Take them away."""
    for name in ("radius", "longitude", "latitude", "open_until", "open_from"):
        op.drop_column("touchpoint", name)
    for name in ("asks_position", "visit_days"):
        op.drop_column("study", name)
