"""Channels: order, health, what they spend a day, and which one each call used; how far a wave is.

Revision: channels
Follows: duplicates
"""

import sqlalchemy as sa
from alembic import op

revision = "channels"
down_revision = "duplicates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and tell the channel of past calls."""
    op.create_table(
        "channel_state",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trips", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.Column("trouble_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_channel_state"),
    )
    op.create_table(
        "channel_day",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("paced_to", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name="pk_channel_day"),
    )
    channel = sa.Column("channel", sa.String(length=20), server_default="", nullable=False)
    op.add_column("message_attempt", channel)
    op.add_column(
        "message_attempt", sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column(
        "wave", sa.Column("expanded_to", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index("ix_invitation_study", "invitation", ["study_id", "id"])
    op.add_column("customer", sa.Column("email", sa.String(), nullable=True))
    op.execute("UPDATE message_attempt SET channel = 'twilio'")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_invitation_study", "invitation")
    with op.batch_alter_table("customer") as table:
        table.drop_column("email")
    with op.batch_alter_table("wave") as table:
        table.drop_column("expanded_to")
    with op.batch_alter_table("message_attempt") as table:
        table.drop_column("cost")
        table.drop_column("channel")
    op.drop_table("channel_day")
    op.drop_table("channel_state")
