"""Pairs of customers who are probably one, and who was merged into whom.

Revision: duplicates
Follows: populations
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "duplicates"
down_revision = "populations"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the table and the column; SQLite needs the table written anew for its foreign key."""
    with op.batch_alter_table("customer") as customer:
        customer.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        customer.create_foreign_key(
            "fk_customer_merged_into_id_customer", "customer", ["merged_into_id"], ["id"]
        )
        customer.create_index("ix_customer_merged_into_id", ["merged_into_id"])
    op.create_table(
        "duplicate_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=True),
        sa.Column("undo", JSON, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["customer.id"], name="fk_duplicate_pair_first_id_customer"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["customer.id"], name="fk_duplicate_pair_second_id_customer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_duplicate_pair"),
        sa.UniqueConstraint("first_id", "second_id", name="uq_duplicate_pair_first_id_second_id"),
    )
    op.create_index("ix_duplicate_pair_second_id", "duplicate_pair", ["second_id"])
    op.create_index("ix_duplicate_pair_state", "duplicate_pair", ["state"])


def downgrade() -> None:
    """Take them away; who was merged is a customer of their own again."""
    op.drop_table("duplicate_pair")
    with op.batch_alter_table("customer") as customer:
        customer.drop_index("ix_customer_merged_into_id")
        customer.drop_constraint("fk_customer_merged_into_id_customer", type_="foreignkey")
        customer.drop_column("merged_into_id")
