"""Who reads which sites in a patrol: a site's readers are roles of the institution, or people by id or name."""

from collections.abc import Iterator

from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Routine


def read_by(routine: Routine, institution: Institution) -> dict[str, tuple[str, ...]]:
    """Return what each owner of a routine looks at, by the owner: a person's id, or a role that any one acts for.

    Without sites the owners look at nothing that is named.
    """
    if not routine.sites:
        return dict.fromkeys(_owners(routine.owner, routine, institution), ())
    read: dict[str, tuple[str, ...]] = {}
    for site in routine.sites:
        for reader in site.readers or (routine.owner,):
            for owner in _owners(reader, routine, institution):
                read[owner] = tuple(dict.fromkeys((*read.get(owner, ()), site.name)))
    return read


def unread(regime: Regime, institution: Institution) -> Iterator[tuple[str, str]]:
    """Yield each site with a reader who is nobody in the institution."""
    for routine in (*regime.routine, *regime.key_period.routine):
        for site in routine.sites:
            yield from ((site.name, one) for one in site.readers or () if not _owners(one, routine, institution))


def _owners(reader: str, routine: Routine, institution: Institution) -> tuple[str, ...]:
    """Return whom a reader is: the role itself, unless each of its people owes the patrol; nobody if it is unknown."""
    of_role = institution.with_role(reader)
    if reader == routine.owner or of_role:
        return tuple(person.id for person in of_role) if routine.each else (reader,)
    return tuple(person.id for person in institution.people if reader in (person.id, person.name))
