"""The desk: queue, decisions, people, drafts; readable text in the audit trail.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('account',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('orcid', sa.String(), nullable=False),
    sa.Column('password', sa.String(), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_account'))
    )
    with op.batch_alter_table('account') as batch_op:
        batch_op.create_index(batch_op.f('ix_account_subject'), ['subject'], unique=False)

    op.create_table('coding_case',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('work', sa.String(length=300), nullable=False),
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('base', sa.String(), nullable=False),
    sa.Column('coders', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_coding_case'))
    )
    op.create_table('coding_draft',
    sa.Column('case', sa.String(length=64), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('case', 'who', name=op.f('pk_coding_draft'))
    )
    op.create_table('desk_fact',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_desk_fact'))
    )
    op.create_table('draft_value',
    sa.Column('case', sa.String(length=64), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('case', 'who', 'path', name=op.f('pk_draft_value'))
    )
    op.create_table('file_conflict',
    sa.Column('entity', sa.String(length=300), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('entity', name=op.f('pk_file_conflict'))
    )
    op.create_table('found_work',
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('likely', sa.Boolean(), nullable=False),
    sa.Column('probability', sa.Float(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('report', sa.String(), nullable=False),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_found_work'))
    )
    with op.batch_alter_table('found_work') as batch_op:
        batch_op.create_index('ix_found_work_place', ['place', 'key'], unique=False)
        batch_op.create_index('ix_found_work_queue', ['stage', 'state', 'report', 'place', 'key'], unique=False)
        batch_op.create_index('ix_found_work_stage', ['stage', 'place', 'key'], unique=False)

    op.create_table('full_text',
    sa.Column('record', sa.String(length=300), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('record', 'position', name=op.f('pk_full_text'))
    )
    op.create_table('highlight_word',
    sa.Column('text', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('text', name=op.f('pk_highlight_word'))
    )
    op.create_table('invitation',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_invitation'))
    )
    op.create_table('login_failure',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('of', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_login_failure'))
    )
    with op.batch_alter_table('login_failure') as batch_op:
        batch_op.create_index(batch_op.f('ix_login_failure_of'), ['of'], unique=False)

    op.create_table('login_session',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('csrf', sa.String(length=64), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_login_session'))
    )
    op.create_table('matter',
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('item', sa.String(length=300), nullable=False),
    sa.Column('outcome', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'item', name=op.f('pk_matter'))
    )
    op.create_table('reader_report',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(length=300), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('sender', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_reader_report'))
    )
    op.create_table('record_amendment',
    sa.Column('record', sa.String(length=300), nullable=False),
    sa.Column('field', sa.String(length=64), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('record', 'field', name=op.f('pk_record_amendment'))
    )
    op.create_table('screening_decision',
    sa.Column('record', sa.String(length=300), nullable=False),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('verdict', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settles', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('record', 'stage', 'who', name=op.f('pk_screening_decision'))
    )
    with op.batch_alter_table('screening_decision') as batch_op:
        batch_op.create_index('ix_screening_decision_who_at', ['who', 'at'], unique=False)

    op.create_table('screening_skip',
    sa.Column('record', sa.String(length=300), nullable=False),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('record', 'stage', 'who', name=op.f('pk_screening_skip'))
    )
    op.create_table('settlement',
    sa.Column('case', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('case', 'path', name=op.f('pk_settlement'))
    )
    op.create_table('synced_file',
    sa.Column('entity', sa.String(length=300), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('entity', name=op.f('pk_synced_file'))
    )
    op.create_table('work_member',
    sa.Column('record', sa.String(length=300), nullable=False),
    sa.Column('work', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('record', name=op.f('pk_work_member'))
    )
    with op.batch_alter_table('work_member') as batch_op:
        batch_op.create_index(batch_op.f('ix_work_member_work'), ['work'], unique=False)

    with op.batch_alter_table('bias_judgement') as batch_op:
        batch_op.add_column(sa.Column('effect', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.String(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_bias_judgement_study_effect'), 'effect', ['study', 'effect'], ['study', 'key'])

    op.create_table('bias_answer',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('judgement', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['study', 'judgement'], ['bias_judgement.study', 'bias_judgement.position'], name=op.f('fk_bias_answer_study_judgement')),
    sa.PrimaryKeyConstraint('study', 'judgement', 'name', name=op.f('pk_bias_answer'))
    )
    with op.batch_alter_table('audit_event') as batch_op:
        batch_op.add_column(sa.Column('told', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_audit_event_entity'), ['entity'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_event_who'), ['who'], unique=False)



def downgrade():
    with op.batch_alter_table('audit_event') as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_event_who'))
        batch_op.drop_index(batch_op.f('ix_audit_event_entity'))
        batch_op.drop_column('told')

    op.drop_table('bias_answer')
    with op.batch_alter_table('bias_judgement') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_bias_judgement_study_effect'), type_='foreignkey')
        batch_op.drop_column('reason')
        batch_op.drop_column('effect')

    with op.batch_alter_table('work_member') as batch_op:
        batch_op.drop_index(batch_op.f('ix_work_member_work'))

    op.drop_table('work_member')
    op.drop_table('synced_file')
    op.drop_table('settlement')
    op.drop_table('screening_skip')
    with op.batch_alter_table('screening_decision') as batch_op:
        batch_op.drop_index('ix_screening_decision_who_at')

    op.drop_table('screening_decision')
    op.drop_table('record_amendment')
    op.drop_table('reader_report')
    op.drop_table('matter')
    op.drop_table('login_session')
    with op.batch_alter_table('login_failure') as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_failure_of'))

    op.drop_table('login_failure')
    op.drop_table('invitation')
    op.drop_table('highlight_word')
    op.drop_table('full_text')
    with op.batch_alter_table('found_work') as batch_op:
        batch_op.drop_index('ix_found_work_stage')
        batch_op.drop_index('ix_found_work_queue')
        batch_op.drop_index('ix_found_work_place')

    op.drop_table('found_work')
    op.drop_table('file_conflict')
    op.drop_table('draft_value')
    op.drop_table('desk_fact')
    op.drop_table('coding_draft')
    op.drop_table('coding_case')
    with op.batch_alter_table('account') as batch_op:
        batch_op.drop_index(batch_op.f('ix_account_subject'))

    op.drop_table('account')
