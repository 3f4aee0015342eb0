"""The institution: departments, people in their roles, groups. Built from `config.toml`."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from handlers.rules.time.calendar import Calendar

Role = Literal["officer", "liaison", "head", "leader", "chief", "office"]
ROLES: tuple[Role, ...] = ("officer", "liaison", "head", "leader", "chief", "office")

BodyKind = Literal["superior", "outside", "media"]

DESK = "desk"
"""The holder of a matter that no department holds yet."""


class Department(Struct, frozen=True):
    """`leader` is the leader in charge (分管领导); `keywords` draw posts to it.

    A `unit` (下属单位) is below the office and has groups of its own; one that is `suspended` is given nothing.
    """

    name: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    leader: str | None = None
    unit: bool = False
    suspended: bool = False


class Topic(Struct, frozen=True):
    """What matters are about (主题), for the counts; `keywords` in a post give it the topic."""

    name: str
    keywords: tuple[str, ...] = ()


class Person(Struct, frozen=True):
    """`accounts` maps a channel to the person's user id there; `deputy` (an id) acts for them on leave."""

    id: str
    name: str
    roles: tuple[Role, ...]
    department: str | None = None
    accounts: dict[str, str] = {}
    deputy: str | None = None

    def __hash__(self) -> int:
        return hash(self.id)

    def has(self, *roles: str) -> bool:
        return not frozenset(roles).isdisjoint(self.roles)


class Body(Struct, frozen=True):
    """A body outside the institution. `address` is where reports to it go, `contact` whom to call there."""

    name: str
    kind: BodyKind
    aliases: tuple[str, ...] = ()
    address: str = ""
    contact: str = ""


class Group(Struct, frozen=True):
    """A work group; `unit` is the unit below the office whose own it is."""

    id: str
    name: str
    channel: str
    conversation: str
    unit: str | None = None


class Institution(Struct, frozen=True, dict=True):
    """`on_duty` are the people on duty at the desk now by the rosters; empty without one.

    `away` maps a person on leave now to their deputy, both by id.
    """

    name: str
    language: str
    zone: ZoneInfo
    calendar: Calendar
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    on_duty: tuple[Person, ...] = ()
    away: Mapping[str, str] = field(default_factory=dict)
    bodies: tuple[Body, ...] = ()
    topics: tuple[Topic, ...] = ()

    @cached_property
    def _people(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], Person]:
        return {(channel, uid): person for person in self.people for channel, uid in person.accounts.items()}

    @cached_property
    def _departments(self) -> dict[str, Department]:
        return {
            name.casefold(): department
            for department in self.departments
            for name in (*department.aliases, department.name)
        }

    def person(self, id: str) -> Person | None:
        return self._people.get(id)

    def name_of(self, id: str) -> str:
        person = self._people.get(id)
        return person.name if person else id

    def by_account(self, channel: str, uid: str) -> Person | None:
        """Return the person behind a platform's user id, which alone gives authority."""
        return self._accounts.get((channel, uid))

    def account(self, channel: str, id: str) -> str | None:
        """The person's user id on a platform; None for somebody unknown or without an account there."""
        person = self._people.get(id)
        return person.accounts.get(channel) if person else None

    def department(self, name: str) -> Department | None:
        """Return the department of a name or alias, in upper or lower case."""
        return self._departments.get(name.strip().casefold())

    @cached_property
    def _with_role(self) -> dict[tuple[tuple[str, ...], str | None], tuple[Person, ...]]:
        return {}  # looked up for every reminder, and never changes

    @cached_property
    def units(self) -> tuple[Department, ...]:
        """The units below the office."""
        return tuple(one for one in self.departments if one.unit)

    def unit(self, name: str | None) -> Department | None:
        """Return the unit of a name or alias; None for a department of the office itself."""
        found = self.department(name) if name and self.units else None
        return found if found and found.unit else None

    def unit_of(self, person: Person) -> str | None:
        """Return the unit in which a person works; None for the office's own people."""
        found = self.unit(person.department)
        return found.name if found else None

    def unit_at(self, channel: str, conversation: str) -> str | None:
        """Return the unit whose own a conversation is; None for the office's."""
        if not self.units:
            return None
        at = (one.unit for one in self.groups if (one.channel, one.conversation) == (channel, conversation))
        return next((unit for unit in at if unit), None)

    def groups_of(self, unit: str | None) -> tuple[Group, ...]:
        """Return the groups of a unit, or the office's own under None."""
        return tuple(one for one in self.groups if one.unit == unit)

    def with_role(self, *roles: str, department: str | None = None) -> tuple[Person, ...]:
        known = self._with_role.get((roles, department))
        if known is None:
            known = self._with_role[roles, department] = tuple(
                person
                for person in self.people
                if person.has(*roles) and (department is None or person.department == department)
            )
        return known

    def present(self, people: Iterable[Person]) -> tuple[Person, ...]:
        """Return whom to call instead of `people`: deputies of those on leave, over several hops, each person once."""
        return tuple(dict.fromkeys(map(self._present, people)))

    def represented(self, person: Person) -> tuple[str, ...]:
        """Return for whom (ids) the person is called because they are on leave."""
        return tuple(id for id in self.away if (one := self._people.get(id)) and self._present(one) == person)

    def _present(self, person: Person) -> Person:
        """Return who is called for a person: the first of their deputies who is there; without one the person."""
        seen, called = {person.id}, person
        while called.id in self.away:
            deputy = self._people.get(self.away[called.id])
            if deputy is None or deputy.id in seen:
                return person
            seen.add(deputy.id)
            called = deputy
        return called

    def liaisons(self, department: str) -> tuple[Person, ...]:
        """Return who is called for a department: its liaisons, else its head, or their deputies."""
        own = self.with_role("liaison", department=department) or self.with_role("head", department=department)
        return self.present(own)

    def owners(self, department: str | None) -> tuple[Person, ...]:
        """Return who is asked to act on a matter of `department`: its liaisons; without a department the desk."""
        return self.liaisons(department) if department else self.desk()

    def owning(self, owner: str) -> tuple[Person, ...]:
        """Return who is called for what a person or a department owes, "person:wang" or "department:总务处"."""
        kind, _, name = owner.partition(":")
        person = self.person(name) if kind == "person" else None
        return self.present((person,) if person else self.owners(name))

    def office(self) -> tuple[Person, ...]:
        """Return who runs the desk: the office, else the officers."""
        return self.with_role("office") or self.with_role("officer")

    def called(self, role: str) -> tuple[Person, ...]:
        """Return who is called for a role: for "office" and "officer" the people on duty, if there are any."""
        return self.present((self.on_duty if role in ("office", "officer") else ()) or self.with_role(role))

    def desk(self) -> tuple[Person, ...]:
        """Return who is called at the desk: the people on duty, else those who run it, or their deputies."""
        return self.present(self.on_duty or self.office())

    def leaders(self, department: str | None) -> tuple[Person, ...]:
        """Return the leader in charge of a department, else every leader, else the chief."""
        known = self.department(department) if department else None
        in_charge = self.person(known.leader) if known and known.leader else None
        return (in_charge,) if in_charge else self.with_role("leader") or self.with_role("chief")
