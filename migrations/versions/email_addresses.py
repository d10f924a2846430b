"""E-mail addresses are known again as phones are; one list of suppressed addresses of both kinds.

Revision: email_addresses
Follows: numbers_once
"""

import sqlalchemy as sa
from alembic import op

from surveyapp.database import vault

revision = "email_addresses"
down_revision = "numbers_once"
branch_labels = None
depends_on = None

BLOCK = 10_000
MAILED = sa.text("email_hash IS NOT NULL")
SEALED = sa.text(
    "SELECT id, email FROM customer WHERE email IS NOT NULL AND id > :after ORDER BY id LIMIT :most"
)
KNOWN = sa.text("UPDATE customer SET email_hash = :hash WHERE id = :id")
LISTED = (
    "INSERT INTO suppression (address_hash, reason, at)"
    " SELECT email_hash, COALESCE(MIN(NULLIF(reason, 'import')), 'import'), MIN(at) FROM ("
    "SELECT c.email_hash, COALESCE(s.reason, 'earlier') AS reason, c.opted_out_at AS at"
    " FROM customer c LEFT JOIN suppression s ON s.address_hash = c.phone_hash"
    " WHERE c.opted_out_at IS NOT NULL AND c.email_hash IS NOT NULL) AS gone GROUP BY email_hash"
)
MARKED = (
    "UPDATE customer SET opted_out_at ="
    " (SELECT at FROM suppression WHERE address_hash = customer.email_hash)"
    " WHERE opted_out_at IS NULL AND email_hash IN (SELECT address_hash FROM suppression)"
)


def upgrade() -> None:
    """Earlier opt-outs hold for the e-mail address, too, and for whoever else has it."""
    op.execute("ALTER TABLE customer ADD COLUMN email_hash VARCHAR(64)")
    op.execute("ALTER TABLE suppression RENAME COLUMN phone_hash TO address_hash")
    _fingerprint()
    op.create_index(
        "ix_customer_email_hash",
        "customer",
        ["email_hash"],
        sqlite_where=MAILED,
        postgresql_where=MAILED,
    )
    op.execute(LISTED)
    op.execute(MARKED)


def _fingerprint() -> None:
    """Block by block, as `customers.addresses` does it."""
    connection, after = op.get_bind(), 0
    while rows := connection.execute(SEALED, {"after": after, "most": BLOCK}).all():
        after = rows[-1].id
        opened = [(row.id, vault.decrypt(row.email, "customer.email")) for row in rows]
        known = [{"id": i, "hash": vault.fingerprint(m.casefold(), "email")} for i, m in opened]
        connection.execute(KNOWN, known)


def downgrade() -> None:
    """The list is of phones alone again."""
    op.execute(
        "DELETE FROM suppression WHERE address_hash IN"
        " (SELECT email_hash FROM customer WHERE email_hash IS NOT NULL)"
    )
    op.drop_index("ix_customer_email_hash", table_name="customer")
    op.execute("ALTER TABLE customer DROP COLUMN email_hash")
    op.execute("ALTER TABLE suppression RENAME COLUMN address_hash TO phone_hash")
