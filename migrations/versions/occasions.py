"""Recurring and triggered studies, A/B texts; a customer may be asked on several occasions of one study.

Revision: occasions
Follows: channels
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "occasions"
down_revision = "channels"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ONCE = "uq_invitation_study_id_customer_id"
OCCASION = "uq_invitation_study_id_customer_id_occasion"


def upgrade() -> None:
    """Add the tables and columns, and let an invitation be one of several."""
    op.create_table(
        "study_recurrence",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.Column("design", JSON, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_study_recurrence_study_id"),
        sa.PrimaryKeyConstraint("study_id", name="pk_study_recurrence"),
    )
    op.create_table(
        "study_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=12), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("finding", JSON, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_study_period_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_study_period"),
        sa.UniqueConstraint("study_id", "number", name="uq_study_period_study_id_number"),
    )
    op.create_table(
        "text_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=1), nullable=False),
        sa.Column("texts", JSON, nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name="fk_text_variant_wave_id"),
        sa.PrimaryKeyConstraint("id", name="pk_text_variant"),
        sa.UniqueConstraint("wave_id", "label", name="uq_text_variant_wave_id_label"),
    )
    op.create_table(
        "study_trigger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("wait_hours", sa.Integer(), nullable=False),
        sa.Column("within_hours", sa.Integer(), nullable=False),
        sa.Column("silent_days", sa.Integer(), nullable=False),
        sa.Column("rest_days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name="fk_study_trigger_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_study_trigger"),
    )
    op.create_index("ix_study_trigger_study_id", "study_trigger", ["study_id"])
    op.create_table(
        "trigger_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trigger_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["trigger_id"], ["study_trigger.id"], name="fk_trigger_verdict_trigger_id"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name="fk_trigger_verdict_customer_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_trigger_verdict"),
        sa.UniqueConstraint(
            "trigger_id",
            "customer_id",
            "occasion",
            name="uq_trigger_verdict_trigger_id_customer_id_occasion",
        ),
    )
    op.create_index("ix_trigger_verdict_trigger_id_at", "trigger_verdict", ["trigger_id", "at"])
    op.create_index("ix_trigger_verdict_customer_id", "trigger_verdict", ["customer_id"])
    # In plain SQL: SQLite would copy and drop tables on which others have foreign keys.
    op.execute(
        "ALTER TABLE sample_design ADD COLUMN period_id INTEGER"
        " CONSTRAINT fk_sample_design_period_id REFERENCES study_period (id)"
    )
    op.execute("ALTER TABLE wave ADD COLUMN condition VARCHAR(10) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE message ADD COLUMN variant VARCHAR(1) DEFAULT '' NOT NULL")
    op.execute("ALTER TABLE invitation ADD COLUMN occasion VARCHAR(60) DEFAULT '' NOT NULL")
    moment = "DATETIME" if _sqlite() else "TIMESTAMP WITH TIME ZONE"
    op.execute(f"ALTER TABLE invitation ADD COLUMN text_until {moment}")
    _replace(ONCE, OCCASION, ["study_id", "customer_id", "occasion"], nullable=True)


def downgrade() -> None:
    """Take them away; fails where a customer was asked twice, whose answers would be lost."""
    _replace(OCCASION, ONCE, ["study_id", "customer_id"], nullable=False)
    op.execute("ALTER TABLE invitation DROP COLUMN text_until")
    op.execute("ALTER TABLE invitation DROP COLUMN occasion")
    op.execute("ALTER TABLE wave DROP COLUMN condition")
    op.execute("ALTER TABLE message DROP COLUMN variant")
    op.execute("ALTER TABLE sample_design DROP COLUMN period_id")
    op.drop_table("trigger_verdict")
    op.drop_table("study_trigger")
    op.drop_table("text_variant")
    op.drop_table("study_period")
    op.drop_table("study_recurrence")


def _sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def _replace(old: str, new: str, columns: list[str], nullable: bool) -> None:
    """Swap the constraint."""
    with op.batch_alter_table("invitation") as batch:
        batch.alter_column("member_id", existing_type=sa.Integer(), nullable=nullable)
        batch.drop_constraint(old, type_="unique")
        batch.create_unique_constraint(new, columns)
