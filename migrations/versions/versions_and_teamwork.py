"""versions and teamwork

Revision: versions_and_teamwork
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'versions_and_teamwork'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('editor_presence',
    sa.Column('questionnaire_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_editor_presence_questionnaire_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_editor_presence_user_id')),
    sa.PrimaryKeyConstraint('questionnaire_id', 'user_id', name=op.f('pk_editor_presence'))
    )
    op.create_table('preview_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('questionnaire_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=True),
    sa.Column('document', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.Column('created_by', sa.String(length=254), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_preview_link_questionnaire_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_preview_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_preview_link_token_hash'))
    )
    with op.batch_alter_table('preview_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_preview_link_questionnaire_id'), ['questionnaire_id'], unique=False)

    op.create_table('questionnaire_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('questionnaire_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('label', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('body', sa.String(length=4000), nullable=False),
    sa.Column('written_by', sa.String(length=254), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_by', sa.String(length=254), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_questionnaire_comment_questionnaire_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['questionnaire_comment.id'], name=op.f('fk_questionnaire_comment_thread_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_comment'))
    )
    with op.batch_alter_table('questionnaire_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_questionnaire_comment_questionnaire_id'), ['questionnaire_id'], unique=False)

    with op.batch_alter_table('questionnaire_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('mapping', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False, server_default='[]'))

    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_response_version_id'), ['version_id'], unique=False)

    op.add_column('study', sa.Column('next_version_at', sa.DateTime(timezone=True), nullable=True))
    # In plain SQL: SQLite would copy and drop the table, on which others have foreign keys.
    op.execute('ALTER TABLE study ADD COLUMN next_version_id INTEGER'
               ' CONSTRAINT fk_study_next_version_id REFERENCES questionnaire_version (id)')



def downgrade() -> None:
    with op.batch_alter_table('study', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_study_next_version_id'), type_='foreignkey')
        batch_op.drop_column('next_version_at')
        batch_op.drop_column('next_version_id')

    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_response_version_id'))

    with op.batch_alter_table('questionnaire_version', schema=None) as batch_op:
        batch_op.drop_column('mapping')

    with op.batch_alter_table('questionnaire_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_questionnaire_comment_questionnaire_id'))

    op.drop_table('questionnaire_comment')
    with op.batch_alter_table('preview_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_preview_link_questionnaire_id'))

    op.drop_table('preview_link')
    op.drop_table('editor_presence')
