"""The end of the audit trail kept outside it; and an event for everything of the desk that had none.

Never edited once it has been released.
"""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

GENESIS = '0' * 64
WHO = 'oxysynth'


def upgrade():
    op.create_table('trail_head',
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('seal', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('by', name=op.f('pk_trail_head'))
    )
    connection = op.get_bind()
    connection.execute(sa.text('DELETE FROM login_session'))  # everybody enters once more, and that is told
    sequence, previous = connection.execute(
        sa.text('SELECT sequence, hash FROM audit_event ORDER BY sequence DESC LIMIT 1')
    ).first() or (0, GENESIS)
    for entity, values in _untold(connection):
        sequence, previous = _tell(connection, sequence, previous, entity, values)
    if sequence:
        connection.execute(
            sa.text("INSERT INTO trail_head (\"by\", events, hash, seal) VALUES ('the database', :events, :hash, '')"),
            {'events': sequence, 'hash': previous},
        )


def downgrade():
    op.drop_table('trail_head')


def _untold(connection):
    at = sa.DateTime(timezone=True)
    drafts = sa.text('SELECT "case", who, state FROM coding_draft ORDER BY "case", who')
    told = sa.text("SELECT entity FROM audit_event WHERE entity LIKE 'draft/%'")
    known = {entity for (entity,) in connection.execute(told)}
    for row in connection.execute(drafts).mappings():
        if f'draft/{row["case"]}/{row["who"]}' not in known:
            yield f'draft/{row["case"]}/{row["who"]}', dict(row)
    skips = sa.text('SELECT record, stage, who, at FROM screening_skip ORDER BY record, stage, who').columns(at=at)
    for row in connection.execute(skips).mappings():
        yield f'skip/{row["record"]}/{row["stage"]}/{row["who"]}', dict(row)
    reports = sa.text('SELECT number, about, said, at FROM reader_report ORDER BY number').columns(at=at)
    for row in connection.execute(reports).mappings():
        yield f'reader_report/{row["number"]}', dict(row)


def _tell(connection, sequence, previous, entity, values):
    """As the program seals an event; written out here, since what is sealed must not change with the program."""
    now = datetime.now(UTC)
    plain = {name: _utc(value).isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    told = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
    event = {
        'sequence': sequence + 1,
        'at': now.isoformat(timespec='microseconds'),
        'who': WHO,
        'action': 'create',
        'entity': entity,
        'before': '',
        'after': hashlib.sha256(told.encode()).hexdigest(),
        'previous': previous,
        'told': told,
    }
    sealed = json.dumps(event, ensure_ascii=False, separators=(',', ':'))
    event['hash'] = hashlib.sha256((previous + sealed).encode()).hexdigest()
    table = sa.table(
        'audit_event', *(sa.column(name) for name in event if name != 'at'), sa.column('at', sa.DateTime(timezone=True))
    )
    connection.execute(table.insert().values({**event, 'at': now}))
    return event['sequence'], event['hash']


def _utc(at):
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
