"""Coupons, secrets of addresses, and wishes to be called back.

Revision: endings
Follows: touchpoint_once
"""

import sqlalchemy as sa
from alembic import op

revision = "endings"
down_revision = "touchpoint_once"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "coupon",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_coupon_response_id"),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_coupon_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon"),
        sa.UniqueConstraint("response_id", name="uq_coupon_response_id"),
        sa.UniqueConstraint("code_hash", name="uq_coupon_code_hash"),
    )
    op.create_index("ix_coupon_free", "coupon", ["study_id", "response_id", "id"])
    op.create_table(
        "ending_secret",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_ending_secret_study_id"),
        sa.PrimaryKeyConstraint("study_id", name="pk_ending_secret"),
    )
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("window", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("wished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response.id"], name="fk_call_back_response_id"),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_call_back_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_back"),
        sa.UniqueConstraint("response_id", name="uq_call_back_response_id"),
    )
    op.create_index("ix_call_back_study_state", "call_back", ["study_id", "state", "id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("call_back")
    op.drop_table("ending_secret")
    op.drop_table("coupon")
