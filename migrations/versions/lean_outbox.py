"""A message is unique by its invitation and wave, without a text that says so; its provider's name is indexed once it has one.

Revision: lean_outbox
Follows: kept_reports
"""

import sqlalchemy as sa
from alembic import op

revision = "lean_outbox"
down_revision = "kept_reports"
branch_labels = None
depends_on = None

ONCE = "uq_message_invitation_id_wave_id"
NAMED = sa.text("provider_sid IS NOT NULL")


def upgrade() -> None:
    """One index instead of two, and one that a message enters only when it leaves."""
    with op.batch_alter_table("message") as batch:
        batch.drop_constraint("uq_message_dedup_key", type_="unique")
        batch.drop_constraint("uq_message_provider_sid", type_="unique")
        batch.drop_index("ix_message_invitation_id")
        batch.drop_column("dedup_key")
        batch.create_unique_constraint(ONCE, ["invitation_id", "wave_id"])
    op.create_index(
        "ix_message_provider_sid",
        "message",
        ["provider_sid"],
        unique=True,
        sqlite_where=NAMED,
        postgresql_where=NAMED,
    )


def downgrade() -> None:
    """The text again, as it was made."""
    op.drop_index("ix_message_provider_sid", table_name="message")
    op.add_column("message", sa.Column("dedup_key", sa.String(length=80), nullable=True))
    op.execute("UPDATE message SET dedup_key = 'inv:' || invitation_id || ':w:' || wave_id")
    with op.batch_alter_table("message") as batch:
        batch.drop_constraint(ONCE, type_="unique")
        batch.alter_column("dedup_key", existing_type=sa.String(length=80), nullable=False)
        batch.create_unique_constraint("uq_message_dedup_key", ["dedup_key"])
        batch.create_unique_constraint("uq_message_provider_sid", ["provider_sid"])
        batch.create_index("ix_message_invitation_id", ["invitation_id"])
