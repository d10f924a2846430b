"""Panels: a draw in rotation groups, and the studies that are its waves.

Revision: panels
Follows: sample_releases
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "panels"
down_revision = "sample_releases"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """Both tables are new."""
    op.create_table(
        "panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("spec", JSON, nullable=False),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("frame_hash", sa.String(length=64), nullable=False),
        sa.Column("draw_hash", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("stay", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("waves", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
    )
    op.create_table(
        "panel_wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_wave_panel_id")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_panel_wave_study_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_wave")),
        sa.UniqueConstraint("panel_id", "number", name=op.f("uq_panel_wave_panel_id_number")),
        sa.UniqueConstraint("study_id", name=op.f("uq_panel_wave_study_id")),
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("panel_wave")
    op.drop_table("panel")
