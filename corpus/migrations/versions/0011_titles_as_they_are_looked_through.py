"""Titles as they are looked through; indexes of what waits, which the next record is taken from, and of reports.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


AT_ONCE = 5000


def upgrade():
    with op.batch_alter_table("found_work") as batch_op:
        batch_op.add_column(sa.Column("folded", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    titles = connection.execute(sa.text("SELECT key, title FROM found_work ORDER BY key")).all()
    for start in range(0, len(titles), AT_ONCE):
        some = [{"key": row.key, "folded": row.title.casefold()} for row in titles[start : start + AT_ONCE]]
        connection.execute(sa.text("UPDATE found_work SET folded = :folded WHERE key = :key"), some)
    with op.batch_alter_table("found_work") as batch_op:
        batch_op.alter_column("folded", server_default=None)
    waits, is_report = sa.text("state = 'waiting' AND report = ''"), sa.text("report != ''")
    op.create_index(
        "ix_found_work_waiting", "found_work", ["stage", "place", "key"], sqlite_where=waits, postgresql_where=waits
    )
    op.create_index(
        "ix_found_work_report", "found_work", ["report"], sqlite_where=is_report, postgresql_where=is_report
    )


def downgrade():
    op.drop_index("ix_found_work_report", "found_work")
    op.drop_index("ix_found_work_waiting", "found_work")
    with op.batch_alter_table("found_work") as batch_op:
        batch_op.drop_column("folded")
