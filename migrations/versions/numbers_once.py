"""An invitation's number is used once: its link is computed from it, and one that was deleted may be printed somewhere.

Revision: numbers_once
Follows: computed_links
"""

from alembic import op

revision = "numbers_once"
down_revision = "computed_links"
branch_labels = None
depends_on = None


def _rebuild(**table: object) -> None:
    """SQLite alone gives the largest number again; PostgreSQL's sequences never do."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("invitation", recreate="always", table_kwargs=table):
            pass


def upgrade() -> None:
    """SQLite remembers the largest number that there ever was."""
    _rebuild(sqlite_autoincrement=True)


def downgrade() -> None:
    """Only how numbers are given changes."""
    _rebuild()
