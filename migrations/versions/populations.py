"""Populations by rule, saved under names.

Revision: populations
Follows: customer_tiers
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "populations"
down_revision = "customer_tiers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "saved_population",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "rule",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_population"),
        sa.UniqueConstraint("name", name="uq_saved_population_name"),
    )


def downgrade() -> None:
    """Drop the table; studies keep the rules that they chose."""
    op.drop_table("saved_population")
