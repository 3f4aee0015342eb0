"""The people behind the listeners that a regime names: `tell = ["owner", "leader"]`."""

from collections.abc import Callable, Iterable

from handlers.rules.people.institution import Institution, Person
from handlers.rules.regime.regime_parts import Listener

_Behind = Callable[[Institution, str | None], tuple[Person, ...]]


def _head(institution: Institution, department: str | None) -> tuple[Person, ...]:
    return institution.with_role("head", department=department) if department else institution.desk()


_BEHIND: dict[Listener, _Behind] = {
    "owner": Institution.owners,
    "head": _head,
    "leader": Institution.leaders,
    "group": lambda institution, _: (*institution.with_role("leader"), *institution.with_role("chief")),
    "chief": lambda institution, _: institution.with_role("chief"),
    "office": lambda institution, _: institution.desk(),
    "bulletin": lambda _institution, _department: (),
}


def listening(institution: Institution, listeners: Iterable[Listener], department: str | None) -> tuple[Person, ...]:
    """Return whom to call for `listeners` in a matter of `department`, each once; a bulletin is nobody."""
    return institution.present(person for one in listeners for person in _BEHIND[one](institution, department))
