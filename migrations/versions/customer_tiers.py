"""Customers' value and life cycle, computed by a rule.

Revision: customer_tiers
Follows: api_tokens
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "customer_tiers"
down_revision = "api_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is known until it is computed."""
    for name in ("value_tier", "life_cycle"):
        op.add_column(
            "customer", sa.Column(name, sa.String(length=10), server_default="", nullable=False)
        )
    op.add_column("customer", sa.Column("tiers_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "tier_computation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "limits",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("high_from", sa.BigInteger(), nullable=True),
        sa.Column("middle_from", sa.BigInteger(), nullable=True),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tier_computation"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("tier_computation")
    for name in ("tiers_at", "life_cycle", "value_tier"):
        op.drop_column("customer", name)
