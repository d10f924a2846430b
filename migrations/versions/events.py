"""Events of customers: purchases, service cases, deliveries.

Revision: events
Follows: brands
"""

import sqlalchemy as sa
from alembic import op

revision = "events"
down_revision = "panels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table with the indexes that invitations by event and life cycles read."""
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_number", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("store", sa.String(length=80), nullable=False),
        sa.Column("product_line", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_event_customer_id_customer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("event_id", name="uq_event_event_id"),
    )
    op.create_index("ix_event_customer_number", "event", ["customer_number"])
    op.create_index("ix_event_kind_happened_at", "event", ["kind", "happened_at"])
    op.create_index("ix_event_kind_closed_at", "event", ["kind", "closed_at"])
    op.create_index(
        "ix_event_customer_id_kind_happened_at", "event", ["customer_id", "kind", "happened_at"]
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("event")
