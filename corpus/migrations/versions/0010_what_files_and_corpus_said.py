"""Conflicts of files that stand or fall together; what the corpus said of a study when it began to be coded again.

Revision ID: 0010
Revises: 0009
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("file_conflict") as batch_op:
        batch_op.add_column(sa.Column("together", sa.String(length=300), nullable=False, server_default=""))
    op.execute("UPDATE file_conflict SET together = entity")
    with op.batch_alter_table("file_conflict") as batch_op:
        batch_op.alter_column("together", server_default=None)
    _keep_what_the_corpus_said(op.get_bind())


def downgrade():
    op.execute("DELETE FROM draft_value WHERE who = '@corpus'")
    with op.batch_alter_table("file_conflict") as batch_op:
        batch_op.drop_column("together")


def _keep_what_the_corpus_said(connection):
    """Of cases that are open: what the first coding was begun with is what the corpus said, unless it was reworked since.

    Where it was, the desk shows what it takes for a change of the corpus, for a person to look at.
    """
    open_again = connection.execute(
        sa.text(
            "SELECT c.key, s.coded_by FROM coding_case c JOIN coding s ON s.study = c.study "
            "WHERE c.state NOT IN ('accepted', 'closed')"
        )
    ).all()
    for case, first in open_again:
        asked = sa.text("SELECT path, value FROM draft_value WHERE \"case\" = :case AND who = :who")
        values = {row.path: row.value for row in connection.execute(asked, {"case": case, "who": first})}
        put = sa.text("INSERT INTO draft_value (\"case\", who, path, value) VALUES (:case, '@corpus', :path, :value)")
        for path, value in values.items():
            connection.execute(put, {"case": case, "path": path, "value": value})
        told = json.dumps({path: values[path] for path in sorted(values)}, ensure_ascii=False)
        digest = hashlib.sha256(told.encode()).hexdigest()
        connection.execute(
            sa.text("UPDATE coding_case SET base = :base WHERE key = :case"), {"base": digest, "case": case}
        )
