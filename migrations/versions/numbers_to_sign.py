"""The minimum base of a study's figures, comparisons that were made, second readings.

Revision: numbers_to_sign
Follows: snapshots_and_archives
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "numbers_to_sign"
down_revision = "snapshots_and_archives"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Make the tables; figures of before are computed again, with the default minimum."""
    op.create_table(
        "study_publication",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("minimum_n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_study_publication_study_id_study"
        ),
        sa.PrimaryKeyConstraint("study_id", name="pk_study_publication"),
    )
    op.create_table(
        "study_comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("dataset_hash", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_study_comparison_study_id_study"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_study_comparison"),
    )
    op.create_index("ix_study_comparison_study_id", "study_comparison", ["study_id"])
    op.create_table(
        "second_reading",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reader", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name="fk_second_reading_review_id_review"
        ),
        sa.PrimaryKeyConstraint("review_id", name="pk_second_reading"),
    )
    op.execute("UPDATE study_snapshot SET completed = -1")


def downgrade() -> None:
    """Take them away."""
    op.drop_table("second_reading")
    op.drop_index("ix_study_comparison_study_id", "study_comparison")
    op.drop_table("study_comparison")
    op.drop_table("study_publication")
