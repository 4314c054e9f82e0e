"""Found works say for which reason they are excluded; the next renewal of the queue fills it in.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('found_work') as batch_op:
        batch_op.add_column(sa.Column('excluded_for', sa.String(length=64), nullable=False, server_default=''))
    with op.batch_alter_table('found_work') as batch_op:
        batch_op.alter_column('excluded_for', server_default=None)


def downgrade():
    with op.batch_alter_table('found_work') as batch_op:
        batch_op.drop_column('excluded_for')
