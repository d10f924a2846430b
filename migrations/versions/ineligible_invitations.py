"""Invitations whose answers ended in a screen-out or a full quota.

Revision: ineligible_invitations
Follows: library_and_translation
"""

import sqlalchemy as sa
from alembic import op

revision = "ineligible_invitations"
down_revision = "library_and_translation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment."""
    op.add_column(
        "invitation", sa.Column("ineligible_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("invitation", "ineligible_at")
