"""What was said when a questionnaire was imported from a file.

Revision: import_reports
Follows: ineligible_invitations
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "import_reports"
down_revision = "ineligible_invitations"
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "import_report",
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("carried", _json(), nullable=False),
        sa.Column("notes", _json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name="fk_import_report_questionnaire_id"
        ),
        sa.PrimaryKeyConstraint("questionnaire_id", name="pk_import_report"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("import_report")
