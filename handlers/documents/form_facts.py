"""What stands in a form's placeholders: from a matter's record, a period's overdue duties, a shift."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.documents.matter import Matter, Row
from handlers.documents.words import Words
from handlers.rules.case import DutyRow
from handlers.rules.hands import stretches, totals
from handlers.rules.masking import mask
from handlers.texts import spelling

Facts = dict[str, Any]
SHORT = {True: 24, False: 40}
"""Characters of a title in a list, in Chinese and in English."""
MOVES = ("assigned", "led", "bounced", "instructed", "acknowledged", "drafted", "approved", "rejected", "published",
         "verified", "followed up", "escalated", "superior", "transferred", "calm", "reported", "resolved", "reopened",
         "summarised", "extension asked", "withdrawn", "merged")  # fmt: skip
"""The steps of a course that are told; reminders and notes are not."""
SAYS = ("text", "reason", "result")
WORDS_OF = {"opened": (), "approved": ("remark",), "rejected": ("reason",)}
"""What of a step's words its course repeats: not the whole post, nor the draft that was approved."""


class FormFacts:
    """Facts as an institution writes them: whole dates, names, the field's terms. Blank where there is nothing yet."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._name = words.institution.name_of
        spell = spelling.filters(words.texts.language, words.institution, {})
        self._holder, self._proof = spell["holder"], spell["proof"]

    def common(self, number: str, by: str, now: datetime) -> Facts:
        made_by = self._name(by) if by != "clock" else self._say("回音", "Huiyin")
        return {
            "institution": self._words.institution.name,
            "number": number,
            "date": self._day(now),
            "made_by": made_by,
        }

    def matter(self, matter: Matter, now: datetime) -> Facts:
        """MATTER of the placeholders."""
        incident, words = matter.case.incident, self._words
        facts = {
            "incident": incident.number,
            "title": mask(incident.title),
            "text": mask(_without_addresses(matter)) or mask(incident.title),
            "source": words.term("platform", matter.platform),
            "address": "\n".join(post["url"] for post in matter.posts if post["url"]),
            "posted_at": self._when(matter.posted_at),
            "found_at": self._when(incident.found_at),
            "forwarded_by": self._name(incident.forwarded_by),
            "tier": words.term("tier", incident.tier),
            "kind": words.term("kind", incident.kind),
            "stage": words.term("stage", incident.stage),
            "department": words.department(incident.department),
            "helpers": self._say("、", ", ").join(incident.helpers),
            "leader": self._people(words.institution.leaders(incident.department)),
            "holder": self._holder(incident.holder),
            "elapsed": words.span((incident.resolved_at or now) - incident.found_at),
            "acknowledged_at": self._when(incident.acknowledged_at),
            "answer": mask(incident.answer or ""),
            "proof": self._proof(incident.proof),
            "outcome": words.term("outcome", incident.outcome),
            "result": _without_outcome(mask(incident.result or ""), words.term("outcome", incident.outcome)),
        }
        return facts | self._course(matter, now)

    def _course(self, matter: Matter, now: datetime) -> Facts:
        duties = matter.case.duties
        draft = matter.case.draft()
        held = totals(stretches(matter.holdings, matter.case.incident.resolved_at or now))
        return {
            "due": _lines(self._due(duty) for duty in duties if duty.state in ("open", "met") and duty.kind != "calm"),
            "promises": _lines(self._promise(duty) for duty in duties if duty.kind == "promise"),
            "draft": mask(draft.text) if draft else "",
            "instruction": _lines(self._signed(line) for line in matter.said("instructed", "superior")),
            "findings": _lines(self._found(line) for line in matter.said("verified")),
            "approvals": _lines(self._judged(line) for line in matter.said("approved", "rejected")),
            "timeline": _lines(self._step(line) for line in matter.history if line["kind"] in ("opened", *MOVES)),
            "holders": _lines(
                f"{self._holder(holder)}{self._say('：', ': ')}{self._words.span(length)}"
                for holder, length in held.items()
            ),
            "lessons": _lines(mask(line["data"].get("text", "")) for line in matter.said("summarised")),
        }

    def drafts(self, matter: Matter) -> Facts:
        """Every version of the reply, for the archive."""
        return {
            "drafts": "\n\n".join(
                f"{self._say(f'第 {d.edition} 版', f'Version {d.edition}')}, {self._name(d.author)}\n{mask(d.text)}"
                for d in matter.case.drafts
            )
        }

    def owed(self, matter: Matter, now: datetime) -> Facts:
        """LATE of the placeholders: what a reminder notice asks for, the earliest first."""
        rows = sorted((duty for duty in matter.case.duties if duty.state == "open"), key=lambda duty: duty.due_at)
        return {
            "owed": [
                {
                    "duty": self._duty(duty.kind),
                    "due": self._when(duty.due_at, ends=True),
                    "late": self._late(duty, now),
                }
                for duty in rows
                if duty.kind != "calm"
            ]
        }

    def period(self, span: str, counts: tuple[int, int], rows: Sequence[Row]) -> Facts:
        """PERIOD of the placeholders; a row has number, title, department, kind, due_at and late (a timedelta)."""
        shown = [
            {
                "number": f"#{row['number']}",
                "title": self._short(row["title"]) + self._say("（{}）", " ({})").format(self._duty(row["kind"])),
                "department": self._words.department(row["department"]),
                "due": self._when(row["due_at"], ends=True),
                "late": self._words.span(row["late"]),
            }
            for row in rows
        ]
        return {"span": span, "received": counts[0], "closed": counts[1], "count": len(rows), "rows": shown}

    def shift(self, facts: Mapping[str, Any]) -> Facts:
        """SHIFT of the placeholders, of a hand-over's `since`, `until`, people, counts and rows."""
        people = {name: self._people(facts[name]) for name in ("on_duty", "next_on_duty")}
        return {
            "shift": f"{self._when(facts['since'])}{self._say('至', ' to ')}{self._when(facts['until'])}",
            **people,
            "received": facts["received"],
            "closed": facts["closed"],
            "patrols": _lines(self._patrol(row) for row in facts["patrols"]),
            "open": [self._listed(row) for row in facts["open"]],
            "due_next": [
                {
                    "number": f"#{row['number']}",
                    "title": self._short(row["title"]),
                    "duty": self._duty(row["kind"]),
                    "due": self._when(row["due_at"], ends=True),
                }
                for row in facts["due_next"]
            ],
        }

    def _listed(self, row: Row) -> Facts:
        return {
            "number": f"#{row['number']}",
            "title": self._short(row["title"]),
            "department": self._words.department(row["department"]),
            "stage": self._words.term("stage", row["stage"]),
            "holder": self._holder(row["holder"]),
        }

    def _patrol(self, row: Row) -> str:
        return f"{self._when(row['at'])} {self._name(row['actor'])} {mask(row['data'].get('text', ''))}"

    def _due(self, duty: DutyRow) -> str:
        done = f" ✓ {self._clock(duty.met_at)}" if duty.met_at else ""
        return f"{self._duty(duty.kind)}{self._say('：', ': ')}{self._when(duty.due_at, ends=True)}{done}"

    def _promise(self, duty: DutyRow) -> str:
        words = duty.reckoning.get("words")
        said = self._say(f"（原话：{words}）", f" (“{words}”)") if words else ""
        return f"{self._when(duty.due_at, ends=True)}{said}"

    def _signed(self, line: Row) -> str:
        return f"{self._name(line['actor'])} {self._when(line['at'])}{self._say('：', ': ')}{mask(_said(line))}"

    def _found(self, line: Row) -> str:
        verdict = self._words.texts.say("form.verdict", verdict=line["data"].get("verdict", ""))
        return f"{verdict}{self._say('：', ': ')}{mask(_said(line))}"

    def _judged(self, line: Row) -> str:
        verb = self._words.term("event", line["kind"])
        kind = self._words.term("request", line["data"].get("kind"))
        word = mask(line["data"].get("reason") or line["data"].get("remark") or "")
        told = f"{self._name(line['actor'])} {self._when(line['at'])} {verb}{self._say('', ' ')}{kind}"
        return f"{told}{self._say('：', ': ')}{word}" if word else told

    def _step(self, line: Row) -> str:
        word = self._words.term("event", line["kind"])
        said = mask(_said(line, WORDS_OF.get(line["kind"], SAYS)))
        to = line["data"].get("to") if line["kind"] in ("assigned", "led", "transferred") else ""
        rest = " ".join(part for part in (to, said) if part)
        return (
            f"{self._when(line['at'])}　{self._name(line['actor'])} {word}{self._say('：', ': ') if rest else ''}{rest}"
        )

    def _late(self, duty: DutyRow, now: datetime) -> str:
        if duty.due_at <= now:
            return f"{self._say('已超时 ', 'late by ')}{self._words.span(now - duty.due_at)}"
        return f"{self._say('还有 ', 'in ')}{self._words.span(duty.due_at - now)}"

    def _duty(self, kind: str) -> str:
        return self._words.term("duty", kind)

    def _people(self, people: Iterable[Any]) -> str:
        return self._say("、", ", ").join(person.name for person in people)

    def _short(self, title: str) -> str:
        return self._words.short(title, SHORT[self._words.chinese])

    def _clock(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._words.institution.zone):%m-%d %H:%M}"

    def _day(self, moment: datetime) -> str:
        local = moment.astimezone(self._words.institution.zone)
        return self._say(f"{local.year}年{local.month}月{local.day}日", f"{local.day} {local:%b} {local.year}")

    def _when(self, moment: datetime | None, *, ends: bool = False) -> str:
        """A local time; with `ends` midnight is 24:00 of the day that it ends."""
        if moment is None:
            return ""
        local = moment.astimezone(self._words.institution.zone)
        if ends and f"{local:%H:%M}" == "00:00":
            return f"{self._day(local - timedelta(seconds=1))} 24:00"
        return f"{self._day(local)} {local:%H:%M}"

    def _say(self, zh: str, en: str) -> str:
        return zh if self._words.chinese else en


def _said(line: Row, names: Sequence[str] = SAYS) -> str:
    return " ".join(str(line["data"][name]) for name in names if line["data"].get(name))


def _without_addresses(matter: Matter) -> str:
    """The post's words; its addresses stand elsewhere."""
    text = matter.text
    for post in matter.posts:
        text = text.replace(post["url"] or "\0", "")
    return text.strip()


def _without_outcome(result: str, outcome: str) -> str:
    """已整改 is said once: 整改：更换供货商 is 更换供货商."""
    head, _, rest = result.replace(":", "：", 1).partition("：")
    return rest.strip() if rest and head and outcome.endswith(head.strip()) else result


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)
