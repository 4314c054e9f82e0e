"""An invitation may be for somebody who is there already: to choose a new password.

Never edited once it has been released.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('invitation') as batch_op:
        batch_op.add_column(sa.Column('account', sa.String(length=64), nullable=False, server_default=''))
    with op.batch_alter_table('invitation') as batch_op:
        batch_op.alter_column('account', server_default=None)


def downgrade():
    op.execute(sa.text("DELETE FROM invitation WHERE account <> ''"))
    with op.batch_alter_table('invitation') as batch_op:
        batch_op.drop_column('account')
