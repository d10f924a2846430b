"""Sequences: names, waits, ways and wordings of steps; indexes by which due follow-ups are found.

What studies say today stays: waits in whole days, by the channels' order, wordings in equal shares.

Revision: sequences
Follows: job_claims
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "sequences"
down_revision = "job_claims"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
MOMENTS = ("invited", "opened", "started", "completed")


def upgrade() -> None:
    """Add columns, the table and the indexes."""
    with op.batch_alter_table("wave") as table:
        table.add_column(sa.Column("after_hours", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("name", sa.String(60), server_default="", nullable=False))
        table.add_column(sa.Column("medium", sa.String(6), server_default="", nullable=False))
        table.add_column(
            sa.Column("medium_only", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(sa.Column("share", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("text_variant") as table:
        table.add_column(sa.Column("share", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "removed_step",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_removed_step_study_id_study"),
        sa.PrimaryKeyConstraint("study_id", name="pk_removed_step"),
    )
    for name in MOMENTS:
        there = sa.text(f"{name}_at IS NOT NULL")
        op.create_index(
            f"ix_invitation_{name}",
            "invitation",
            ["study_id", f"{name}_at"],
            sqlite_where=there,
            postgresql_where=there,
        )


def downgrade() -> None:
    """Take them away; waits lose their hours, steps their names."""
    for name in MOMENTS:
        op.drop_index(f"ix_invitation_{name}", "invitation")
    op.drop_table("removed_step")
    with op.batch_alter_table("text_variant") as table:
        table.drop_column("share")
    with op.batch_alter_table("wave") as table:
        for name in ("looked_at", "share", "medium_only", "medium", "name", "after_hours"):
            table.drop_column(name)
