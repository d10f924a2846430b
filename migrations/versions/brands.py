"""Brands with their logos, and a study's choice among them.

Revision: brands
Follows: response_member
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "brands"
down_revision = "response_member"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables and the choice."""
    op.create_table(
        "brand_logo",
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("plate", sa.String(length=5), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_brand_logo"),
    )
    op.create_table(
        "brand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "name",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("logo_hash", sa.String(length=32), nullable=True),
        sa.Column("host", sa.String(length=253), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=True),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["logo_hash"], ["brand_logo.hash"], name="fk_brand_logo_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_brand"),
        sa.UniqueConstraint("host", name="uq_brand_host"),
        sa.UniqueConstraint("is_default", name="uq_brand_is_default"),
    )
    # In plain SQL: SQLite would copy and drop the table, on which others have foreign keys.
    op.execute(
        "ALTER TABLE study ADD COLUMN brand_id INTEGER"
        " CONSTRAINT fk_study_brand_id REFERENCES brand (id)"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute("ALTER TABLE study DROP COLUMN brand_id")
    op.drop_table("brand")
    op.drop_table("brand_logo")
