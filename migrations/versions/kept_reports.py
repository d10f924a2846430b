"""Reports that are kept, and the studies that make one after every period.

Revision: kept_reports
Follows: panel_requests
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "kept_reports"
down_revision = "panel_requests"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "study_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.Column("folder", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("dataset_hash", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_study_report_study_id_study"),
        sa.PrimaryKeyConstraint("id", name="pk_study_report"),
        sa.UniqueConstraint("token", name="uq_study_report_token"),
    )
    op.create_index("ix_study_report_study_id", "study_report", ["study_id"])
    op.create_table(
        "study_report_schedule",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_study_report_schedule_study_id_study"
        ),
        sa.PrimaryKeyConstraint("study_id", name="pk_study_report_schedule"),
    )


def downgrade() -> None:
    """Drop them. The files stay."""
    op.drop_table("study_report_schedule")
    op.drop_index("ix_study_report_study_id", table_name="study_report")
    op.drop_table("study_report")
