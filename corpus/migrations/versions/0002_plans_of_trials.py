"""What registrations and protocols plan: sizes, design, status as read.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('plan',
    sa.Column('study', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('design', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=True),
    sa.Column('unit', sa.String(length=64), nullable=True),
    sa.Column('n', sa.Integer(), nullable=True),
    sa.Column('n_oxytocin', sa.Integer(), nullable=True),
    sa.Column('n_comparator', sa.Integer(), nullable=True),
    sa.Column('completion', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['study'], ['study.key'], name=op.f('fk_plan_study')),
    sa.PrimaryKeyConstraint('study', name=op.f('pk_plan'))
    )


def downgrade():
    op.drop_table('plan')
