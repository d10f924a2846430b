"""The recipes of a study's weights.

Revision: study_weights
Follows: lean_outbox
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "study_weights"
down_revision = "lean_outbox"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    """A row per recipe; the newest of a study counts."""
    op.create_table(
        "study_weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("recipe", JSON, nullable=False),
        sa.Column("recipe_hash", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_study_weights_study_id_study"),
        sa.PrimaryKeyConstraint("id", name="pk_study_weights"),
    )
    op.create_index("ix_study_weights_study_id", "study_weights", ["study_id"])


def downgrade() -> None:
    """Studies have the usual weights again."""
    op.drop_index("ix_study_weights_study_id", table_name="study_weights")
    op.drop_table("study_weights")
