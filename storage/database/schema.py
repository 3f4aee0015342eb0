"""The versions of the schema: which one this code knows, and what to do with a database that has another."""

from collections.abc import Collection
from pathlib import Path

MIGRATIONS = Path(__file__).parents[1] / "migrations"


class CannotOpen(Exception):
    """The database cannot be opened; the sentence says why and what to do. It never holds a password."""


class MayOpenLater(CannotOpen):
    """It is locked, or its server is not up: the same may work in a moment."""


def known() -> list[str]:
    """Return the names of this version's migrations, oldest first."""
    return sorted(file.stem for file in MIGRATIONS.glob("[0-9]*.py"))


def missing(applied: Collection[str], *, may_migrate: bool) -> list[str]:
    """Return the migrations that a database still needs.

    Raise CannotOpen if it has the schema of a newer version, or needs some and must not be migrated.
    """
    ours = known()
    if newer := sorted(set(applied) - set(ours)):
        raise CannotOpen(
            f"the database has the schema of a newer version ({newer[-1]}; this one knows {ours[-1]}): start that "
            "version, or restore the backup from before its upgrade"
        )
    needed = [name for name in ours if name not in applied]
    if needed and not may_migrate:
        raise CannotOpen(f"the database has an older schema and lacks {', '.join(needed)}: run `python -m bot migrate`")
    return needed
