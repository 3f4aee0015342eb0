"""The group page's JSON: people, messages, cards, open incidents."""

from collections.abc import Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from bot.web.group_chips import Chips
from handlers.common.office import Office
from handlers.rules.incident.units import is_seen
from handlers.rules.language.masking import mask
from handlers.rules.language.messages import Attachment, Card, Message, Reply
from handlers.rules.people.institution import Person
from storage.reports import ReportRow

BOT = "huiyin"


class GroupPageView:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._say = office.texts.say
        self._word = office.texts.word
        self._chips = Chips(office)

    def institution(self, conversation: str) -> dict[str, Any]:
        """Return what does not change while the bot runs: the institution and its people."""
        institution = self._office.institution
        group = self._office.group("local", conversation)
        return {
            "institution": institution.name,
            "group": {"id": conversation, "name": group.name if group else institution.name},
            "language": institution.language,
            "zone": institution.zone.key,
            "people": [self._person(person) for person in institution.people],
            "bot": {"id": BOT, "name": self._bot_name},
            "departments": [department.name for department in institution.departments],
        }

    @property
    def _bot_name(self) -> str:
        return self._office.bot_names[0 if self._office.texts.language == "zh" else -1]

    def _person(self, person: Person) -> dict[str, Any]:
        return {
            "id": person.id,
            "name": person.name,
            "roles": list(person.roles),
            "role_names": [self._word("role", role) for role in person.roles],
            "department": person.department,
            **self._unit(self._office.institution.unit_of(person)),
            "initial": _initials(person.name),
            "phrases": self._chips.phrases(person),
        }

    def _unit(self, unit: str | None) -> dict[str, str | None]:
        """Return what says to which unit something belongs; nothing where there are no units."""
        return {"unit": unit} if self._office.institution.units else {}

    def _unit_at(self, conversation: str) -> dict[str, str | None]:
        return self._unit(self._office.institution.unit_at("local", conversation))

    def _seen_by(self, row: ReportRow) -> dict[str, Any]:
        """Return the unit that found a matter, and the units that see it; nothing where there are no units."""
        institution = self._office.institution
        owners = [duty["owner"] for duty in row["duties"]]
        seen = [one.name for one in institution.units if is_seen(SimpleNamespace(**row), owners, one.name, institution)]
        return {"unit": row["unit"], "units": seen} if institution.units else {}

    def received(self, message: Message, at: datetime) -> dict[str, Any]:
        """Return a person's message."""
        person = self._office.institution.by_account(message.channel, message.sender)
        quoted = message.quote
        name = self._bot_name if quoted and (quoted.ref or "").startswith("out-") else ""
        quote = {"id": quoted.ref, "name": name, "text": quoted.text} if quoted else None
        return {
            "id": f"in-{message.id}",
            "at": at.isoformat(),
            "from": message.sender,
            **self._unit_at(message.conversation),
            "name": person.name if person else message.sender,
            "text": mask(message.text),
            "mentions": [],
            "to": BOT if message.private else None,
            "quote": quote,
            "card": None,
            "attachments": [_attachment(one) for one in message.attachments if one.id is not None],
        }

    def sent(self, id: int, conversation: str, reply: Reply, at: datetime) -> dict[str, Any]:
        """Return one of the bot's messages."""
        return {
            "id": f"out-{id}",
            "at": at.isoformat(),
            "from": BOT,
            **self._unit_at(conversation),
            "name": self._bot_name,
            "text": reply.text,
            "mentions": list(reply.mentions),
            "to": conversation.removeprefix("@") if conversation.startswith("@") else None,
            "quote": None,
            "card": _card(reply.card) if reply.card else None,
            "attachments": [_attachment(one) for one in reply.attachments if one.id is not None],
        }

    def incidents(self, rows: Iterable[ReportRow], now: datetime) -> list[dict[str, Any]]:
        """Return the open incidents, the one with the earliest open due time first."""
        shown = [self._incident(row, now) for row in rows]
        return sorted(shown, key=lambda one: min((due["at"] for due in one["due"] if not due["met"]), default="9"))

    def _incident(self, row: ReportRow, now: datetime) -> dict[str, Any]:
        return {
            "number": row["number"],
            "title": mask(row["title"]),
            **self._seen_by(row),
            "department": row["department"],
            "stage": row["stage"],
            "stage_name": self._word("stage", row["stage"]),
            "holder": self._say("group_page.holder", holder=row["holder"]),
            "due": [
                {
                    "duty": duty["kind"],
                    "name": self._word("duty", duty["kind"]),
                    "at": duty["due_at"].isoformat(),
                    "met": duty["state"] == "met",
                    "overdue": duty["state"] == "open" and duty["due_at"] <= now,
                }
                for duty in row["duties"]
            ],
        }


def _initials(name: str) -> str:
    """Return what stands for a person in a small square: 王 of 王强, WQ of Wang Qiang."""
    words = name.split()
    return f"{words[0][0]}{words[-1][0]}" if name.isascii() and len(words) > 1 else name[:1]


def _attachment(one: Attachment) -> dict[str, str]:
    return {"kind": one.kind, "name": mask(one.name), "url": f"/group/files/{one.id}"}


def _card(card: Card) -> dict[str, Any]:
    return {
        "title": card.title,
        "facts": [list(fact) for fact in card.facts],
        "buttons": [{"label": b.label, "key": b.key, "style": b.style} for b in card.buttons],
        "done": card.done,
        "tone": card.tone,
    }
