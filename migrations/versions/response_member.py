"""The member cards that were read at store terminals.

Revision: response_member
Follows: plausibility
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "response_member"
down_revision = "plausibility"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "response_member",
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name="fk_response_member_response_id"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_response_member_customer_id"
        ),
        sa.PrimaryKeyConstraint("response_id", name="pk_response_member"),
    )
    op.create_index("ix_response_member_number_hash", "response_member", ["number_hash"])
    op.create_index("ix_response_member_customer_id", "response_member", ["customer_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("response_member")
