"""Photos that customers attach, and how far quotas are filled.

Revision: photos_and_quotas
Follows: versions_and_teamwork
"""

import sqlalchemy as sa
from alembic import op

revision = "photos_and_quotas"
down_revision = "versions_and_teamwork"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "quota_count",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.String(length=40), nullable=False),
        sa.Column("cell", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_quota_count_study_id"),
        sa.PrimaryKeyConstraint("study_id", "quota", "cell", name="pk_quota_count"),
    )
    op.create_table(
        "photo",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("variable", sa.String(length=81), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_photo_response_id"),
        sa.PrimaryKeyConstraint("key", name="pk_photo"),
    )
    op.create_index("ix_photo_response_id", "photo", ["response_id"])


def downgrade() -> None:
    """Take both away."""
    op.drop_table("photo")
    op.drop_table("quota_count")
