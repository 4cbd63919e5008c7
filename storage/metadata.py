"""What all tables have in common: their metadata, how constraints are called, and the shape of tables of allowed transitions.

It knows nothing of any table; `storage.desk_tables` imports them all.
"""

from sqlalchemy import Column, MetaData, Table, Text

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def make_transitions(name: str) -> Table:
    """Make a table of which status may follow which; a trigger of the table that it is of looks there."""
    return Table(
        name,
        metadata,
        Column("before", Text, primary_key=True),
        Column("after", Text, primary_key=True),
    )
