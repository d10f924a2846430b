"""What a draw was asked for beyond its columns, and releases from its reserve.

Revision: sample_releases
Follows: brands
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sample_releases"
down_revision = "brands"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Draws that exist were plain and have no reserve."""
    op.add_column("sample_design", sa.Column("options", JSON, server_default="{}", nullable=False))
    op.add_column("sample_member", sa.Column("cluster", sa.String(length=80), nullable=True))
    op.create_table(
        "sample_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("design_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("replicates", sa.Integer(), nullable=False),
        sa.Column("strata", JSON, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["design_id"], ["sample_design.id"], name=op.f("fk_sample_release_design_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_release")),
    )
    op.create_index(op.f("ix_sample_release_design_id"), "sample_release", ["design_id"])


def downgrade() -> None:
    """Take all of it away."""
    op.drop_index(op.f("ix_sample_release_design_id"), table_name="sample_release")
    op.drop_table("sample_release")
    op.drop_column("sample_member", "cluster")
    op.drop_column("sample_design", "options")
