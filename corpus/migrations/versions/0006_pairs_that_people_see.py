"""Pairs that people hold to be one work and propose; what rules said of a pair before a person did; full texts out of sight.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('link_proposal',
    sa.Column('a', sa.String(length=300), nullable=False),
    sa.Column('b', sa.String(length=300), nullable=False),
    sa.Column('saying', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('a', 'b', name=op.f('pk_link_proposal'))
    )
    with op.batch_alter_table('link_proposal') as batch_op:
        batch_op.create_index(batch_op.f('ix_link_proposal_b'), ['b'], unique=False)

    op.create_table('link_before',
    sa.Column('a', sa.String(length=300), nullable=False),
    sa.Column('b', sa.String(length=300), nullable=False),
    sa.Column('verdict', sa.String(length=64), nullable=False),
    sa.Column('relation', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('a', 'b', name=op.f('pk_link_before'))
    )
    with op.batch_alter_table('link_before') as batch_op:
        batch_op.create_index(batch_op.f('ix_link_before_b'), ['b'], unique=False)

    with op.batch_alter_table('full_text') as batch_op:
        batch_op.add_column(sa.Column('taken_by', sa.String(length=64), nullable=False, server_default=''))
    with op.batch_alter_table('full_text') as batch_op:
        batch_op.alter_column('taken_by', server_default=None)


def downgrade():
    with op.batch_alter_table('full_text') as batch_op:
        batch_op.drop_column('taken_by')

    with op.batch_alter_table('link_before') as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_before_b'))

    op.drop_table('link_before')
    with op.batch_alter_table('link_proposal') as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_proposal_b'))

    op.drop_table('link_proposal')
