"""The team's library, and what each translation was made from.

Revision: library_and_translation
Follows: photos_and_quotas
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "library_and_translation"
down_revision = "photos_and_quotas"
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "library_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", _json(), nullable=False),
        sa.Column("tags", _json(), nullable=False),
        sa.Column("citation", sa.String(length=400), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("content", _json(), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("updated_by", sa.String(length=254), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_library_entry"),
    )
    op.create_table(
        "translation_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("text_key", sa.String(length=160), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("source_language", sa.String(length=35), nullable=False),
        sa.Column("target_hash", sa.String(length=32), nullable=False),
        sa.Column("source_hash", sa.String(length=32), nullable=False),
        sa.Column("marked_by", sa.String(length=254), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"],
            name="fk_translation_mark_questionnaire_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_translation_mark"),
        sa.UniqueConstraint(
            "questionnaire_id", "text_key", "language", "source_language", "target_hash",
            name="uq_translation_mark_text",
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Take both away."""
    op.drop_table("translation_mark")
    op.drop_table("library_entry")
