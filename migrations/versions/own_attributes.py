"""Attributes of customers that the installation defines itself.

Revision: own_attributes
Follows: email_addresses
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "own_attributes"
down_revision = "email_addresses"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table of definitions, and the column of their values."""
    op.create_table(
        "own_attribute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label_zh", sa.String(length=60), nullable=False),
        sa.Column("label_en", sa.String(length=60), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_attribute"),
        sa.UniqueConstraint("key", name="uq_own_attribute_key"),
    )
    op.add_column("customer", sa.Column("extra", JSON, nullable=True))


def downgrade() -> None:
    """Customers have the fixed attributes only; the values of own ones are lost."""
    op.execute("ALTER TABLE customer DROP COLUMN extra")
    op.drop_table("own_attribute")
