"""What all tables share: one metadata with a full naming convention, and column types.

Never validates: a SQLModel table class accepts anything, so the domain is the gate.
"""

from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint, MetaData
from sqlmodel import Field, SQLModel

# Without names for every constraint, a later migration cannot drop one on PostgreSQL.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
WORD = 64  # keys and vocabulary terms: VARCHAR of one length and no CHECK, so that a new term needs no migration


class Row(SQLModel):
    """Root of the table classes."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def identity(references: str | None = None) -> Any:
    """A column of the primary key."""
    return (
        Field(primary_key=True, max_length=WORD, foreign_key=references)
        if references
        else Field(primary_key=True, max_length=WORD)
    )


def word() -> Any:
    """A vocabulary term or a key."""
    return Field(max_length=WORD)


def optional_word(references: str | None = None) -> Any:
    """A vocabulary term or a key that may be absent."""
    return (
        Field(default=None, max_length=WORD, foreign_key=references)
        if references
        else Field(default=None, max_length=WORD)
    )


def place() -> Any:
    """The place in a list, where it is part of the primary key."""
    return Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


def within_study(column: str, table: str) -> ForeignKeyConstraint:
    """A reference to a part of the same study."""
    return ForeignKeyConstraint(["study", column], [f"{table}.study", f"{table}.key"])


def of_effect(table: str = "effect") -> ForeignKeyConstraint:
    """A reference to an effect, or to a table keyed like it."""
    columns = ("study", "key") if table == "effect" else ("study", "effect")
    return ForeignKeyConstraint(["study", "effect"], [f"{table}.{column}" for column in columns])
