"""The values of placeholders about what goes on beside a matter's course: its group, meetings, press, parts, calm."""

from collections.abc import Iterator

from handlers.documents.forms.formatting import FormWords, lines
from handlers.documents.forms.lists import Fields
from handlers.documents.record import MatterRecord, RecordRow
from handlers.rules.incident.actions import ItemOnRecord, items_of
from handlers.rules.incident.case import DutyRow
from handlers.rules.incident.duties import TRACK
from handlers.rules.incident.effect import READINGS
from handlers.rules.incident.experts import ExpertOnRecord, experts_of
from handlers.rules.incident.given_parts import PartOnRecord, on_record
from handlers.rules.incident.handling import handling_of
from handlers.rules.incident.inquiries import InquiryOnRecord, inquiries_of
from handlers.rules.incident.meetings import MINUTED, meetings_of
from handlers.rules.incident.taken_back import standing
from handlers.rules.incident.wording import SettledWording, settled
from handlers.rules.language.masking import mask, mask_public


class BesideFields(FormWords):
    """One line each. What was taken back is left out, and what nobody has done is blank."""

    def beside(self, matter: MatterRecord) -> Fields:
        """Return the values of BESIDE."""
        kept = standing(matter.history)
        return {
            "handling": lines(self._handling(kept)),
            "meetings": lines(self._meetings(kept)),
            "experts": lines(map(self._expert, experts_of(kept))),
            "parts": lines(map(self._part, on_record(matter.history))),
            "press": lines(map(self._inquiry, inquiries_of(kept))),
            "wording": lines(self._wording(one, matter.text) for one in settled(matter.case)),
            "actions": lines(map(self._item, items_of(kept))),
            "heat": lines(map(self._heat, kept)),
            "opinion": self._opinion(kept),
            "looks": lines(map(self._look, matter.case.duties)),
            "calm": lines(map(self._calm, kept)),
        }

    def _opinion(self, kept: list[RecordRow]) -> str:
        """Return the latest proposed opinion."""
        given = [one["data"].get("text") or "" for one in kept if one["kind"] == "proposed"]
        return mask(given[-1]) if given else ""

    def _labelled(self, zh: str, en: str, text: str) -> str:
        return f"{self._say(f'{zh}：', f'{en}: ')}{text}"

    def _names_of(self, ids: tuple[str, ...]) -> str:
        return self._say("、", ", ").join(self._name(one) for one in ids)

    def _handling(self, kept: list[RecordRow]) -> Iterator[str]:
        who = handling_of(kept)
        if who.team:
            leads = self._say(f"（{self._name(who.team[0])}牵头）", f" (led by {self._name(who.team[0])})")
            yield self._labelled("专班", "Working group", f"{self._names_of(who.team)}{leads}")
        if who.spokesman:
            yield self._labelled("发言人", "Spokesman", self._name(who.spokesman))
        for one in kept:
            if one["kind"] == "response level":
                yield self._level(one)

    def _level(self, line: RecordRow) -> str:
        level = int(line["data"]["level"])
        shown = self._say(f"{'一二三四'[level - 1]}级", f"level {level}") if level else self._say("终止", "ended")
        reason = mask(line["data"].get("reason") or "")
        told = f"{self._when(line['at'])} {shown}{self._say('，', ', ')}{reason}"
        return self._labelled("响应", "Response", told)

    def _meetings(self, kept: list[RecordRow]) -> Iterator[str]:
        minutes = iter([one for one in kept if one["kind"] == MINUTED])
        states = {"called": self._say("尚无纪要", "no minutes yet"), "cancelled": self._say("已取消", "called off")}
        for one in meetings_of(kept):
            said = next(minutes)["data"].get("text") or "" if one.state == "minuted" else states[one.state]
            yield f"{self._when(one.at)} {self._names_of(one.people)}{self._say('：', ': ')}{mask(said)}"

    def _expert(self, one: ExpertOnRecord) -> str:
        said = one.opinion or self._say(f"问：{one.asked}（未答）", f"asked: {one.asked} (no answer)")
        return f"{mask(one.name)}{self._say('：', ': ')}{mask(said)}"

    def _part(self, one: PartOnRecord) -> str:
        given = f"{self._name(one.by)} {self._when(one.at)}"
        head = self._say(f"{one.department}（{given}）：", f"{one.department} ({given}): ")
        return f"{head}{mask(one.text or '')}"

    def _inquiry(self, one: InquiryOnRecord) -> str:
        answer = one.answer if one.answer is not None else self._say("未答", "not answered")
        return f"{one.n}. {self._when(one.at)} {mask(one.text)}{self._say('　答：', '. Answer: ')}{mask(answer)}"

    def _wording(self, one: SettledWording, public: str) -> str:
        kind = self._words.term("request", one.kind)
        by = self._name(one.by) if one.by else ""
        head = self._say(
            f"{kind}（第 {one.edition} 稿，{by}签）：", f"{kind.capitalize()} (version {one.edition}, {by}): "
        )
        return f"{head}{mask_public(one.text, public)}"

    def _item(self, one: ItemOnRecord) -> str:
        owner = self._name(one.owner.removeprefix("person:")) if one.owner.startswith("person:") else one.owner
        states = {
            "open": self._say("未完成", "to be done"),
            "done": self._say("待确认", "to be confirmed"),
            "confirmed": self._say("已确认", "confirmed"),
        }
        told = (owner.removeprefix("department:"), self._when(one.due, ends=True), states[one.state])
        inner = self._say("，", ", ").join(told)
        return f"{one.n}. {mask(one.text)}{self._say(f'（{inner}）', f' ({inner})')}"

    def _heat(self, line: RecordRow) -> str:
        """Return the counts of a reading; "" of any other line."""
        if line["kind"] not in READINGS:
            return ""
        names = {"views": ("阅读", "views"), "comments": ("评论", "comments"), "reposts": ("转发", "reposts")}
        counts = [f"{self._say(*names[one])} {line['data'][one]}" for one in names if line["data"].get(one) is not None]
        return f"{self._when(line['at'])} {self._say('、', ', ').join(counts)}" if counts else ""

    def _look(self, duty: DutyRow) -> str:
        """Return when and by whom the matter was looked at; "" for any other duty."""
        if duty.kind != TRACK or duty.state != "met":
            return ""
        owner = duty.owner.removeprefix("person:") if duty.owner.startswith("person:") else ""
        return f"{self._when(duty.met_at)} {self._name(owner) if owner else self._say('值守台', 'the desk')}"

    def _calm(self, line: RecordRow) -> str:
        """Return a statement of calm, or of none; "" of any other line."""
        if line["kind"] not in ("calm", "not calm"):
            return ""
        verb = self._words.term("event", line["kind"])
        said = mask(line["data"].get("text") or "")
        return f"{self._when(line['at'])} {self._name(line['actor'])} {verb}{self._say('：', ': ')}{said}"
