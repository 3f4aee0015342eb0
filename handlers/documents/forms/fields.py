"""The values of a form's placeholders, from a matter's record. The lists are in `lists`."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from handlers.documents.forms.beside_fields import BesideFields
from handlers.documents.forms.formatting import lines
from handlers.documents.forms.late_fields import LateFields
from handlers.documents.forms.lists import Fields, FormLists
from handlers.documents.record import MatterRecord, RecordRow
from handlers.rules.figures.holding_times import stretches, totals
from handlers.rules.incident.beside import beside_of
from handlers.rules.incident.call_backs import CALLED_BACK
from handlers.rules.incident.case import DutyRow
from handlers.rules.incident.contacts import CONTACT
from handlers.rules.incident.duties import LASTING, STAND, UNTIL_CALM, UPWARD
from handlers.rules.language.masking import mask, mask_public

MOVES = ("assigned", "led", "bounced", "instructed", "acknowledged", "planned", "drafted", "signature added",
         "signature removed", "approved", "rejected", "published",
         "verified", "followed up", "escalated", "superior", "handed down",
         "limit put off", "reported back", "transferred", "calm", "reported", "resolved", "reopened",
         "summarised", "proposed", "tracker", "circulated", "contact", "called back",
         "extension asked", "withdrawn", "merged",
         "working group", "spokesman", "response level", "meeting called", "minutes", "meeting cancelled",
         "press asked", "press answered", "worded", "expert opinion", "result published")  # fmt: skip
"""The kinds of audit events that the timeline lists; it leaves out reminders and notes."""
AGAIN = ("calm", STAND, *UNTIL_CALM, *LASTING)
"""Kinds of duties that are no step on the way to the answer."""
OF_THE_DEPARTMENT = ("department", "head")
"""The owners of duties that a matter's department owes."""
TEXT_KEYS = ("text", "reason", "result")
TEXT_KEYS_OF = {
    "opened": (), "approved": ("remark",), "rejected": ("reason",),
    **dict.fromkeys(("minutes", "press asked", "press answered", "worded", "expert opinion", "result published"), ()),
}  # fmt: skip
"""The texts of an event that the timeline repeats: not the whole post, nor what stands below a heading of its own."""
GIST = {True: 120, False: 300}
"""Characters of the post's text (Chinese, English) that leave room for the signatures; a longer text is annexed."""


class FormFields(BesideFields, FormLists, LateFields):
    """The values of the placeholders. A fact that is not there yet is blank."""

    def common(self, number: str, by: str, now: datetime) -> Fields:
        """Return the values of COMMON. `by` is a person's id, or "clock" for the bot itself."""
        made_by = self._name(by) if by != "clock" else self._say("回音", "Huiyin")
        return {
            "institution": self._words.institution.name,
            "number": number,
            "date": self._day(now),
            "made_by": made_by,
        }

    def matter(self, matter: MatterRecord, now: datetime) -> Fields:
        """Return the values of MATTER and BESIDE."""
        incident, words = matter.case.incident, self._words
        facts = {
            "incident": incident.number,
            "title": mask(incident.title),
            "text": mask(_without_addresses(matter)) or mask(incident.title),
            **self._gist(matter),
            "origin": words.origin(incident.origin, incident.origin_body),
            "addressee": self._say("、", ", ").join(self._bodies(matter)),
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
            "answer": mask_public(incident.answer or "", matter.text),
            "proof": self._proof(incident.proof),
            "outcome": words.term("outcome", incident.outcome),
            "result": _without_outcome(mask(incident.result or ""), words.term("outcome", incident.outcome)),
        }
        return facts | self._duties(matter) | self._course(matter, now) | self.beside(matter)

    def _gist(self, matter: MatterRecord) -> Fields:
        """Return the beginning of the post's text, and the whole text as an annex if it is longer."""
        title, text = mask(matter.case.incident.title), mask(_without_addresses(matter))
        line = " ".join(text.split())
        rest = line.removeprefix(title).strip()
        body = rest if rest.startswith(title) else line or title
        most = GIST[self._words.chinese]
        if len(body) <= most:
            return {"gist": body, "annex": ""}
        return {"gist": f"{body[:most]}…{self._say('（全文附后）', ' (the whole text is annexed)')}", "annex": text}

    def _duties(self, matter: MatterRecord) -> Fields:
        duties = matter.case.duties
        return {
            "due": lines(
                self._due(duty) for duty in duties if duty.state in ("open", "met") and duty.kind not in AGAIN
            ),
            "orders": lines(self._order(duty) for duty in duties if duty.kind in UPWARD and duty.state != "waived"),
            "promises": lines(self._promise(duty) for duty in duties if duty.kind == "promise"),
        }

    def _course(self, matter: MatterRecord, now: datetime) -> Fields:
        draft, plans = matter.case.draft(), matter.events("planned")
        return {
            "plan": mask_public(plans[-1]["data"].get("text", ""), matter.text) if plans else "",
            "draft": mask_public(draft.text, matter.text) if draft else "",
            "instruction": lines(self._signed(line) for line in matter.events("instructed", "superior")),
            "findings": lines(self._found(line) for line in matter.events("verified")),
            "approvals": lines(self._decided(line) for line in matter.events("approved", "rejected")),
            "timeline": lines(self._step(line) for line in matter.history if line["kind"] in ("opened", *MOVES)),
            "holders": lines(self._holding_times(matter, now)),
            "contacts": lines(self._talks(matter, CONTACT)),
            "call_backs": lines(self._talks(matter, CALLED_BACK)),
            "lessons": lines(mask(line["data"].get("text", "")) for line in matter.events("summarised")),
            "written_by": self._written_by(matter),
            "overdue": lines(self._ran_over(matter, now)),
        }

    def _talks(self, matter: MatterRecord, kind: str) -> Iterator[str]:
        """Yield the contacts or call-backs that stand."""
        beside = beside_of(matter.history)
        names = ("means", "at", "by", "text") if kind == CONTACT else ("given", "means", "at", "by")
        for one in beside.contacts if kind == CONTACT else beside.call_backs:
            facts = {name: getattr(one, name) for name in names}
            yield self._words.texts.say(f"{'contact' if kind == CONTACT else 'call_back'}.line", **facts)

    def _holding_times(self, matter: MatterRecord, now: datetime) -> Iterator[str]:
        held = totals(stretches(matter.holdings, matter.case.incident.resolved_at or now))
        for holder, length in held.items():
            yield f"{self._holder(holder)}{self._say('：', ': ')}{self._words.span(length)}"

    def drafts(self, matter: MatterRecord) -> Fields:
        """Return every version of the reply, for the archive."""
        return {
            "drafts": "\n\n".join(
                f"{self._say(f'第 {d.edition} 版', f'Version {d.edition}')}, {self._name(d.author)}\n"
                f"{mask_public(d.text, matter.text)}"
                for d in matter.case.drafts
            )
        }

    def owed(self, matter: MatterRecord, now: datetime) -> Fields:
        """Return the values of OWED: what a reminder notice asks its department for, the earliest due time first."""
        rows = sorted((duty for duty in matter.case.duties if duty.state == "open"), key=lambda duty: duty.due_at)
        rows = [duty for duty in rows if duty.owner in OF_THE_DEPARTMENT] or rows
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

    def _due(self, duty: DutyRow) -> str:
        done = f" ✓ {self._clock(duty.met_at)}" if duty.met_at else ""
        return f"{self._duty(duty.kind)}{self._say('：', ': ')}{self._when(duty.due_at, ends=True)}{done}"

    def _bodies(self, matter: MatterRecord) -> list[str]:
        """Return the bodies that are owed a report, the superiors of the configuration where none is."""
        owed = (str(duty.reckoning.get("body")) for duty in matter.case.duties if duty.kind in UPWARD)
        superiors = [one.name for one in self._words.institution.bodies if one.kind == "superior"]
        return list(dict.fromkeys(owed)) or superiors

    def _order(self, duty: DutyRow) -> str:
        named = " ".join(filter(None, (duty.reckoning.get("body"), duty.reckoning.get("document"))))
        return f"{mask(named)}{self._say('：', ': ')}{self._due(duty)}"

    def _promise(self, duty: DutyRow) -> str:
        words = duty.reckoning.get("words")
        quoted = self._say(f"（原话：{words}）", f" (“{words}”)") if words else ""
        return f"{self._when(duty.due_at, ends=True)}{quoted}"

    def _signed(self, line: RecordRow) -> str:
        return f"{self._name(line['actor'])} {self._when(line['at'])}{self._say('：', ': ')}{mask(_texts_of(line))}"

    def _found(self, line: RecordRow) -> str:
        verdict = self._words.texts.say("form.verdict", verdict=line["data"].get("verdict", ""))
        return f"{verdict}{self._say('：', ': ')}{mask(_texts_of(line))}"

    def _decided(self, line: RecordRow) -> str:
        verb = self._words.term("event", line["kind"])
        kind = self._words.term("request", line["data"].get("kind"))
        word = mask(line["data"].get("reason") or line["data"].get("remark") or "")
        signer = f"{self._name(line['actor'])}{self._standing(line['data'])}"
        decision = f"{signer} {self._when(line['at'])} {verb}{self._say('', ' ')}{kind}"
        return f"{decision}{self._say('：', ': ')}{word}" if word else decision

    def _standing(self, data: RecordRow) -> str:
        """Return as what, and in whose place, a signature was given, in brackets; "" if as anybody asked."""
        what, _, name = str(data.get("place", "")).partition(":")
        place = self._words.term("role", name) if what == "role" else name if what == "office" else ""
        giver = self._name(data["for"]) if data.get("for") else ""
        stood_in = self._say(f"代{giver}签", f"for {giver}") if giver else ""
        added = self._say("加签", "added") if data.get("added") else ""
        named = [one for one in (place, added, stood_in) if one]
        return f"{self._say('（', ' (')}{self._say('，', ', ').join(named)}{self._say('）', ')')}" if named else ""

    def _step(self, line: RecordRow) -> str:
        word = self._words.term("event", line["kind"])
        if line["kind"] in ("approved", "rejected"):
            word += self._say("", " ") + self._words.term("request", line["data"].get("kind"))
        texts = mask(_texts_of(line, TEXT_KEYS_OF.get(line["kind"], TEXT_KEYS)))
        to = line["data"].get("to") if line["kind"] in ("assigned", "led", "transferred") else ""
        rest = " ".join(part for part in (to, texts) if part)
        return (
            f"{self._when(line['at'])}　{self._name(line['actor'])} {word}{self._say('：', ': ') if rest else ''}{rest}"
        )

    def _late(self, duty: DutyRow, now: datetime) -> str:
        if duty.due_at <= now:
            return f"{self._say('已超时 ', 'late by ')}{self._words.span(now - duty.due_at)}"
        return f"{self._say('还有 ', 'in ')}{self._words.span(duty.due_at - now)}"


def _texts_of(line: RecordRow, names: Sequence[str] = TEXT_KEYS) -> str:
    return " ".join(str(line["data"][name]) for name in names if line["data"].get(name))


def _without_addresses(matter: MatterRecord) -> str:
    """Return the post's text without its addresses, which have a placeholder of their own."""
    text = matter.text
    for post in matter.posts:
        text = text.replace(post["url"] or "\0", "")
    return text.strip()


def _without_outcome(result: str, outcome: str) -> str:
    """Return the result without the outcome, which has a placeholder of its own.

    With the outcome 已整改: 整改：更换供货商 becomes 更换供货商, and 已整改，现场已恢复 becomes 现场已恢复.
    """
    if outcome and result.startswith(outcome):
        return result.removeprefix(outcome).lstrip("，,。；;：: ") or result
    head, _, rest = result.replace(":", "：", 1).partition("：")
    return rest.strip() if rest and head and outcome.endswith(head.strip()) else result
