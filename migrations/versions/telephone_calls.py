"""Telephone interviews: what became of the calls, the call lists, and who works on them.

Revision: telephone_calls
Follows: endings
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "telephone_calls"
down_revision = "endings"
branch_labels = None
depends_on = None


def _json(name):
    return sa.Column(
        name, sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
    )


def _foreign(table, column, other):
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column(
        "invitation", sa.Column("called_as", sa.String(length=8), server_default="", nullable=False)
    )
    op.create_table(
        "call_plan",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("call_from", sa.Integer(), nullable=False),
        sa.Column("call_until", sa.Integer(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("gap_minutes", sa.Integer(), nullable=False),
        _json("intro"),
        _json("consent"),
        _json("shown"),
        _json("notes"),
        _foreign("call_plan", "study_id", "study"),
        sa.PrimaryKeyConstraint("study_id", name="pk_call_plan"),
    )
    op.create_table(
        "call_crew",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        _foreign("call_crew", "study_id", "study"),
        _foreign("call_crew", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("study_id", "user_id", name="pk_call_crew"),
    )
    op.create_index("ix_call_crew_user_id", "call_crew", ["user_id"])
    op.create_table(
        "call_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("interviewer_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _foreign("call_list", "study_id", "study"),
        _foreign("call_list", "interviewer_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_call_list"),
    )
    op.create_index("ix_call_list_study_id", "call_list", ["study_id"])
    op.create_table(
        "call_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interviewer_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_by", sa.Integer(), nullable=True),
        sa.Column("lease_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        _foreign("call_case", "list_id", "call_list"),
        _foreign("call_case", "study_id", "study"),
        _foreign("call_case", "invitation_id", "invitation"),
        _foreign("call_case", "interviewer_id", "user_account"),
        _foreign("call_case", "lease_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_call_case"),
        sa.UniqueConstraint("invitation_id", name="uq_call_case_invitation_id"),
        sa.UniqueConstraint("lease_by", name="uq_call_case_lease_by"),
    )
    op.create_index("ix_call_case_study_state_due", "call_case", ["study_id", "state", "due_at"])
    op.create_index("ix_call_case_list_id", "call_case", ["list_id"])
    op.create_index("ix_call_case_interviewer_id", "call_case", ["interviewer_id"])
    op.create_table(
        "call_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        _json("before"),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        _foreign("call_attempt", "case_id", "call_case"),
        _foreign("call_attempt", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_call_attempt"),
    )
    op.create_index("ix_call_attempt_case_id", "call_attempt", ["case_id"])
    op.create_index("ix_call_attempt_user_finished", "call_attempt", ["user_id", "finished_at"])


def downgrade() -> None:
    """Take them away."""
    for table in ("call_attempt", "call_case", "call_list", "call_crew", "call_plan"):
        op.drop_table(table)
    op.drop_column("invitation", "called_as")
