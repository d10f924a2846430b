"""Snapshots of data sets, and archives of the answers of closed studies.

Revision: snapshots_and_archives
Follows: labels
"""

import sqlalchemy as sa
from alembic import op

revision = "snapshots_and_archives"
down_revision = "labels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "dataset_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("newest_response", sa.Integer(), nullable=True),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleaning_line", sa.Integer(), nullable=True),
        sa.Column("dataset_hash", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name="fk_dataset_snapshot_study_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_snapshot"),
    )
    op.create_index("ix_dataset_snapshot_study_id", "dataset_snapshot", ["study_id"])
    op.create_table(
        "study_archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("size_before", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_by", sa.String(length=254), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_study_archive_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_study_archive"),
    )
    op.create_index("ix_study_archive_study_id", "study_archive", ["study_id"])
    standing = sa.text("restored_at IS NULL")
    op.create_index(
        "uq_study_archive_standing",
        "study_archive",
        ["study_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("study_archive")
    op.drop_table("dataset_snapshot")
