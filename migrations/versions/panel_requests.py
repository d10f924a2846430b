"""Panels: the request each was recruited by, and the size of its frame; links taken back quickly.

Revision: panel_requests
Follows: sequences
"""

import sqlalchemy as sa
from alembic import op

revision = "panel_requests"
down_revision = "sequences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; panels of before have no request, and a size that nobody asks for."""
    op.add_column("panel", sa.Column("request", sa.String(32), nullable=True))
    op.add_column(
        "panel", sa.Column("frame_size", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index("ix_panel_request", "panel", ["request"], unique=True)
    op.create_index("ix_inbound_text_invitation_id", "inbound_text", ["invitation_id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_inbound_text_invitation_id", "inbound_text")
    op.drop_index("ix_panel_request", "panel")
    with op.batch_alter_table("panel") as table:
        table.drop_column("frame_size")
        table.drop_column("request")
