"""An invitation says whether who takes it screens.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.add_column(sa.Column("screens", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.alter_column("screens", server_default=None)


def downgrade():
    with op.batch_alter_table("invitation") as batch_op:
        batch_op.drop_column("screens")
