"""Decisions keep what stood before them and how many had to decide; accounts say whether the person screens.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('account', sa.Column('screens', sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table('account') as batch_op:
        batch_op.alter_column('screens', server_default=None)

    # A new table, since the rows of the old one have no number yet.
    op.rename_table('screening_decision', 'screening_decision_before')
    with op.batch_alter_table('screening_decision_before') as batch_op:
        batch_op.drop_index('ix_screening_decision_who_at')
        batch_op.drop_constraint(op.f('pk_screening_decision'), type_='primary')
    op.create_table('screening_decision',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('record', sa.String(length=300), nullable=False),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('verdict', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('settles', sa.Boolean(), nullable=False),
    sa.Column('together', sa.Boolean(), nullable=False),
    sa.Column('ended', sa.DateTime(timezone=True), nullable=True),
    sa.Column('replaces', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_screening_decision'))
    )
    # Where one person was alone, one decision was enough until now.
    op.execute(
        "INSERT INTO screening_decision (record, stage, who, verdict, reason, note, at, needed, settles, together)"
        " SELECT record, stage, who, verdict, reason, note, at,"
        " CASE WHEN (SELECT count(*) FROM account WHERE active) > 1 THEN 2 ELSE 1 END, settles, false"
        " FROM screening_decision_before ORDER BY at, record"
    )
    op.drop_table('screening_decision_before')
    _indexes()


def downgrade():
    op.rename_table('screening_decision', 'screening_decision_after')
    with op.batch_alter_table('screening_decision_after') as batch_op:
        batch_op.drop_index('ix_screening_decision_who_at')
        batch_op.drop_index('ix_screening_decision_record')
        batch_op.drop_index('uq_screening_decision_standing')
        batch_op.drop_constraint(op.f('pk_screening_decision'), type_='primary')
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
    op.execute(
        "INSERT INTO screening_decision (record, stage, who, verdict, reason, note, at, settles)"
        " SELECT record, stage, who, verdict, reason, note, at, settles FROM screening_decision_after WHERE ended IS NULL"
    )
    op.drop_table('screening_decision_after')
    with op.batch_alter_table('screening_decision') as batch_op:
        batch_op.create_index('ix_screening_decision_who_at', ['who', 'at'], unique=False)
    with op.batch_alter_table('account') as batch_op:
        batch_op.drop_column('screens')


def _indexes():
    op.create_index('ix_screening_decision_who_at', 'screening_decision', ['who', 'at'], unique=False)
    op.create_index('ix_screening_decision_record', 'screening_decision', ['record', 'stage', 'who'], unique=False)
    op.create_index('uq_screening_decision_standing', 'screening_decision', ['record', 'stage', 'who'], unique=True,
                    sqlite_where=sa.text('ended IS NULL'), postgresql_where=sa.text('ended IS NULL'))
