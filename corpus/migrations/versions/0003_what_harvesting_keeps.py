"""What harvesting keeps: windows, replies, records, links, checks and runs.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('harvest_reply',
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('search', sa.String(length=64), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('source', 'search', 'since', 'until', 'position', name=op.f('pk_harvest_reply'))
    )
    op.create_table('harvest_window',
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('search', sa.String(length=64), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('query', sa.String(), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('replies', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('cursor', sa.String(), nullable=True),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('source', 'search', 'since', 'until', name=op.f('pk_harvest_window'))
    )
    op.create_table('harvested_record',
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('source_id', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('record', sa.String(), nullable=False),
    sa.Column('found', sa.Date(), nullable=False),
    sa.Column('deleted', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'source_id', name=op.f('pk_harvested_record'))
    )
    op.create_table('linked_record',
    sa.Column('id', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_linked_record'))
    )
    op.create_table('payload',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('packed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_payload'))
    )
    op.create_table('record_key',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('record', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('key', 'record', name=op.f('pk_record_key'))
    )
    op.create_index(op.f('ix_record_key_record'), 'record_key', ['record'])
    op.create_table('record_link',
    sa.Column('a', sa.String(length=300), nullable=False),
    sa.Column('b', sa.String(length=300), nullable=False),
    sa.Column('verdict', sa.String(length=64), nullable=False),
    sa.Column('relation', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('a', 'b', name=op.f('pk_record_link'))
    )
    op.create_index(op.f('ix_record_link_b'), 'record_link', ['b'])
    op.create_table('refresh',
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('started_at', name=op.f('pk_refresh'))
    )
    op.create_table('refresh_stage',
    sa.Column('refresh', sa.DateTime(timezone=True), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('stage', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=64), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('told', sa.String(), nullable=False),
    sa.Column('seconds', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('refresh', 'position', name=op.f('pk_refresh_stage'))
    )
    op.create_table('watch_check',
    sa.Column('report', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('answered', sa.String(length=64), nullable=False),
    sa.Column('notices', sa.String(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('report', 'source', 'on', name=op.f('pk_watch_check'))
    )


def downgrade():
    op.drop_table('watch_check')
    op.drop_table('refresh_stage')
    op.drop_table('refresh')
    op.drop_index(op.f('ix_record_link_b'), table_name='record_link')
    op.drop_table('record_link')
    op.drop_index(op.f('ix_record_key_record'), table_name='record_key')
    op.drop_table('record_key')
    op.drop_table('payload')
    op.drop_table('linked_record')
    op.drop_table('harvested_record')
    op.drop_table('harvest_window')
    op.drop_table('harvest_reply')
