"""Files of labels, batches of receipt codes, and the codes that were used.

Revision: labels
Follows: contact_policy
"""

import sqlalchemy as sa
from alembic import op

revision = "labels"
down_revision = "contact_policy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All three tables are new."""
    op.create_table(
        "receipt_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("touchpoint_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["touchpoint_id"], ["touchpoint.id"], name=op.f("fk_receipt_batch_touchpoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_batch")),
    )
    op.create_index(op.f("ix_receipt_batch_touchpoint_id"), "receipt_batch", ["touchpoint_id"])
    op.create_table(
        "receipt_use",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["receipt_batch.id"], name=op.f("fk_receipt_use_batch_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_receipt_use")),
    )
    op.create_table(
        "label_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_label_file_study_id")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["receipt_batch.id"], name=op.f("fk_label_file_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_file")),
    )
    op.create_index(op.f("ix_label_file_study_id"), "label_file", ["study_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("label_file")
    op.drop_table("receipt_use")
    op.drop_table("receipt_batch")
