"""A link leads to its invitation by itself: fingerprints are left to older links; one index by customer instead of two.

Revision: computed_links
Follows: lean_outbox
"""

import sqlalchemy as sa
from alembic import op

revision = "computed_links"
down_revision = "lean_outbox"
branch_labels = None
depends_on = None

BY_STUDY = ["study_id", "customer_id", "occasion"]
BY_CUSTOMER = ["customer_id", "study_id", "occasion"]
FINGERPRINTED = sa.text("token_hash IS NOT NULL")


def _name(columns):
    return f"uq_invitation_{'_'.join(columns)}"


def upgrade() -> None:
    """Links that were given stay as they are."""
    with op.batch_alter_table("invitation") as batch:
        batch.drop_constraint("uq_invitation_token_hash", type_="unique")
        batch.drop_constraint(_name(BY_STUDY), type_="unique")
        batch.drop_index("ix_invitation_customer_id")
        batch.create_unique_constraint(_name(BY_CUSTOMER), BY_CUSTOMER)
    op.create_index(
        "ix_invitation_token_hash",
        "invitation",
        ["token_hash"],
        unique=True,
        sqlite_where=FINGERPRINTED,
        postgresql_where=FINGERPRINTED,
    )


def downgrade() -> None:
    """Links that were given since open nothing any more."""
    op.drop_index("ix_invitation_token_hash", table_name="invitation")
    with op.batch_alter_table("invitation") as batch:
        batch.drop_constraint(_name(BY_CUSTOMER), type_="unique")
        batch.create_index("ix_invitation_customer_id", ["customer_id"])
        batch.create_unique_constraint(_name(BY_STUDY), BY_STUDY)
        batch.create_unique_constraint("uq_invitation_token_hash", ["token_hash"])
