"""The cards: an incident that waits for its department, a request for a signature, a check of an answer.

A card keeps its id when it is shown again; an update reaches every copy that still has its buttons.
"""

from collections.abc import Sequence

from handlers.common.office import Office
from handlers.rules.language.messages import Button, Card, Tone
from handlers.rules.people.institution import Department

MOST_BUTTONS = 6


def incident_card_id(number: int) -> str:
    return f"incident-{number}"


def request_card_id(request: int) -> str:
    return f"request-{request}"


def ask_back_card_id(request: int, person: str) -> str:
    return f"back-{request}-{person}"[:64]


def check_card_id(duty: int) -> str:
    return f"stand-{duty}"


def to_acknowledge(office: Office, number: int, title: str = "") -> Card:
    """Make the department's card. It has the matter's title only where the message above it has not."""
    text = office.texts.say
    return Card(
        id=incident_card_id(number),
        title=text("cards.incident", number=number, title=title, unassigned=False),
        buttons=(
            Button(label=text("cards.acknowledge"), key=f"acknowledge:{number}", style="primary"),
            Button(label=text("cards.look"), key=f"lookup:{number}"),
        ),
    )


def to_assign(office: Office, number: int, title: str, candidates: tuple[Department, ...]) -> Card:
    """Make the desk's card: a button for each department that the matter may belong to. `title` as above."""
    departments = candidates or office.institution.departments
    return Card(
        id=incident_card_id(number),
        title=office.texts.say("cards.incident", number=number, title=title, unassigned=True),
        tone="warn",
        buttons=tuple(
            Button(label=department.name, key=f"assign:{number}:{department.name}")
            for department in departments[:MOST_BUTTONS]
        ),
    )


def to_ask_back(office: Office, request: int, person: str, title: str) -> Card:
    """Make the card for an answer that was neither yes nor no; its buttons are for that person (an id) alone."""
    text = office.texts.say
    return Card(
        id=ask_back_card_id(request, person),
        title=title,
        buttons=(
            Button(label=text("cards.as_it_stands"), key=f"as_it_stands:{request}:{person}", style="primary"),
            Button(label=text("cards.send_back"), key=f"send_back:{request}:{person}", style="danger"),
        ),
    )


def to_decide(
    office: Office, request: int, title: str, facts: tuple[tuple[str, str], ...], tone: Tone = "normal"
) -> Card:
    text = office.texts.say
    return Card(
        id=request_card_id(request),
        title=title,
        facts=facts,
        tone=tone,
        buttons=(
            Button(label=text("cards.approve"), key=f"approve:{request}", style="primary"),
            Button(label=text("cards.reject"), key=f"reject:{request}", style="danger"),
        ),
    )


def suggestion_card_id(person: str) -> str:
    return f"say-{person}"[:64]


def suggestion_card(office: Office, person: str, sentence: str, key: str) -> Card:
    """Make the card of a suggestion: its one button says the whole sentence, for the person to whom it was made."""
    button = Button(label=sentence, key=key, style="primary")
    return Card(id=suggestion_card_id(person), title=office.texts.say("cards.meant"), buttons=(button,))


def unite_card_id(numbers: Sequence[int]) -> str:
    return f"unite-{numbers[0]}-{numbers[-1]}"


def to_unite(office: Office, numbers: Sequence[int]) -> Card:
    """Make the card of a message that may be one matter or several: it was taken for several."""
    text, named = office.texts.say, ",".join(map(str, numbers))
    return Card(
        id=unite_card_id(numbers),
        title=text("cards.how_many", count=len(numbers)),
        buttons=(
            Button(label=text("cards.apart"), key=f"apart:{named}", style="primary"),
            Button(label=text("cards.unite"), key=f"unite:{named}"),
        ),
    )


def to_check(office: Office, duty: int, number: int, title: str, *, doubted: bool) -> Card:
    """Make the card of a check whether an answer is still public; one that looks gone is not confirmed by a press."""
    text = office.texts.say
    there = Button(label=text("cards.stands"), key=f"stand:{number}", style="primary")
    lost = Button(label=text("cards.gone"), key=f"gone:{number}", style="danger")
    return Card(
        id=check_card_id(duty),
        title=text("cards.incident", number=number, title=title, unassigned=False),
        tone="warn" if doubted else "normal",
        buttons=(lost,) if doubted else (there, lost),
    )
