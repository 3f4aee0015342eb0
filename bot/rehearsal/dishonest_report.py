"""Print what dishonest staff tried, and who did what the figures count."""

from collections.abc import Sequence

from bot.rehearsal.columns import aligned
from bot.rehearsal.dishonest import Dishonest
from bot.rehearsal.shams import SHAMS, Attempt
from handlers.common.office import Office
from handlers.documents.labels import Labels
from handlers.rules.figures.acts import Act

_WORDS = {
    "zh": {
        "head": ("不老实的做法", "试了", "被拒", "照办并计数", "蒙混过关"),
        "acts": ("谁动了指标", "人员", "事项", "次数"),
        "total": "合计",
        "after": "被拒之后：{gave_in} 次改为照实办，{left} 次搁下不管",
        "words": "空话办结",
        "remedy": "整改无凭据",
        "holding": "应付的答复就办结",
        "home page": "首页当答复",
        "own page": "诉求原帖当答复",
        "private page": "内网地址",
        "another's page": "别件的答复",
        "not yet": "还没发布",
        "excuse": "无理由不答复",
        "meddling": "被举报人插手",
        "another's yes": "别人的同意",
        "false alarm": "误报属实的",
        "bounce": "23:57 退单",
        "reassign": "23:57 改派",
        "merge": "并入已答复的",
    },
    "en": {
        "head": ("what dishonest staff tried", "tries", "refused", "obeyed and counted", "got through"),
        "acts": ("who moved the figures", "person", "act", "times"),
        "total": "Total",
        "after": "after a refusal: {gave_in} acted honestly, {left} left it",
        "words": "closed with words",
        "remedy": "remedy without proof",
        "holding": "closed on a holding answer",
        "home page": "home page as the answer",
        "own page": "complaint's own page",
        "private page": "address nobody can open",
        "another's page": "another matter's answer",
        "not yet": "not published yet",
        "excuse": "excuse without reason",
        "meddling": "meddling of the accused",
        "another's yes": "another's yes",
        "false alarm": "true matter as false alarm",
        "bounce": "returned at 23:57",
        "reassign": "reassigned at 23:57",
        "merge": "merged into an answered one",
    },
}  # fmt: skip


def print_attempts(office: Office, dishonest: Dishonest) -> None:
    """Print one line per sham: how often it was tried, refused, obeyed as a command that may be right, certified."""
    words = _WORDS[office.texts.language]
    tries = dishonest.attempts
    rows = [_row(str(words[sham]), [one for one in tries if one.sham == sham]) for sham in SHAMS]
    print("", *aligned([tuple(words["head"]), *rows, _row(str(words["total"]), tries)]), sep="\n")
    gave_in, left = dishonest.after["gave in"], dishonest.after["left"]
    print(str(words["after"]).format(gave_in=gave_in, left=left))


def _row(name: str, tries: Sequence[Attempt]) -> tuple[str, ...]:
    through, stood = sum(one.through for one in tries), sum(one.stands for one in tries)
    return (name, *map(str, (len(tries), len(tries) - stood - through, stood, through)))


def print_acts(office: Office, acts: Sequence[Act]) -> None:
    """Print who did what changes figures, as digest and ledger count it."""
    labels = Labels(office.texts, office.institution)
    rows = [
        (labels.party(one.party), office.institution.name_of(one.person), labels.term("act", one.act), str(one.times))
        for one in acts
    ]
    print("", *aligned([tuple(_WORDS[office.texts.language]["acts"]), *rows]), sep="\n")
