"""Jobs: claims that are numbered, workers that died with them, when a broker took them.

Revision: job_claims
Follows: numbers_to_sign
"""

import sqlalchemy as sa
from alembic import op

revision = "job_claims"
down_revision = "numbers_to_sign"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("attempt", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("lost", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Remove them."""
    with op.batch_alter_table("job") as table:
        for name in ("sent_at", "lost", "attempt"):
            table.drop_column(name)
