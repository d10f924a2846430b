"""The contact policy that all studies share.

Revision: contact_policy
Follows: occasions
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "contact_policy"
down_revision = "occasions"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the policy's row and its caps."""
    op.create_table(
        "contact_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allow_from", sa.Integer(), nullable=False),
        sa.Column("allow_until", sa.Integer(), nullable=False),
        sa.Column("rest", sa.String(length=10), nullable=False),
        sa.Column("customer_zone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("stop_words", JSON, nullable=False),
        sa.Column("confirmation", JSON, nullable=False),
        sa.Column("part_price", sa.Numeric(10, 5), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("changed_by", sa.String(length=254), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_policy"),
    )
    op.create_table(
        "contact_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact_rule"),
        sa.UniqueConstraint("tier", "what", name="uq_contact_rule_tier_what"),
    )


def downgrade() -> None:
    """Take it away: studies keep their own caps and hours."""
    op.drop_table("contact_rule")
    op.drop_table("contact_policy")
