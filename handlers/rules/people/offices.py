"""Find offices that prose names without a name: 二把手, 分管后勤的副校长, 总务处负责人, the principal.

Whether such words are about the holder depends on what is said of them; `handlers.rules.incident.whom` reads that.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.language.near_words import find_near
from handlers.rules.language.often import Often
from handlers.rules.language.taken import Taken
from handlers.rules.lazy_pattern import LazyPattern, made_of_names
from handlers.rules.people.institution import Institution, Person
from handlers.rules.people.mentioned import disjoint
from handlers.rules.people.name_words import SURNAMES
from handlers.rules.people.titles import TOP, parts

_BY_NAME = (
    (r"学校|中学|小学|大学|学院|一中|实验", "校长"), ("幼儿园", "园长"), (r"医院|卫生院|法院", "院长"),
    ("检察", "检察长"), ("镇", "镇长"), ("乡", "乡长"), ("局", "局长"), ("县", "县长"), ("区", "区长"), ("市", "市长"),
    (r"公司|集团|企业", "总经理|董事长"),
)  # fmt: skip
"""The chief's title by a word of the institution's name, where the chief's own name has none."""
_FIELD = r"(?:(?:分管|主管|负责(?!人)|主抓)(?P<field>[^，。,;；!！?？\s]{0,8}?)(?:工作)?的?(?:那?位)?)"
_FIELDS = ("分管", "主管", "负责", "主抓")
_HEAD = (
    r"(?:副?(?:(?:处|科|部|所|站|队)?长(?![期久时年达此远假大得])|主任(?!务))|"
    r"负责人|领导(?!小组)|头头|头儿|一把手|老大)"
)
_BEFORE_TOP = rf"(?<![副小中大高家学{''.join(sorted(SURNAMES))}])(?<!尊敬的)"
_BEHIND_TOP = r"(?!信箱|热线|办|室|助理|接待|杯|奖|论坛|培训|秘书|们|会|职级|您|你好|好[,，:：!！])"
_LEADERSHIP = LazyPattern(
    r"(?:学?校|医?院|局|厂|公司|单位|镇|乡|街道|园区?)(?:里|方)?的?(?:领导(?!小组)|管理层|高层|班子)|领导班子|班子成员|领导层|领导们|"
    r"\b(?:school|hospital|company|bureau|park)(?:'s)? (?:leaders(?:hip)?|management)\b|"
    r"\bthe (?:leadership|management)\b",
    re.IGNORECASE,
)
_CHIEF = LazyPattern(
    r"(?<!第)一把手|主要领导|主要负责人|"
    r"\b(?<!vice )(?<!deputy )(?<!assistant )"
    r"(?:principal(?! reason)|headmaster|headmistress|head ?teacher|superintendent|mayor|chief executive)\b",
    re.IGNORECASE,
)
_LEADS = r"(?:principal|head ?master|headmistress|head ?teacher|superintendent|mayor|chief executive)"
"""Who leads a unit, in English."""
_SECOND = LazyPattern(r"第?二把手|常务副职|副职领导")
_DEPUTY_EN = LazyPattern(
    r"\b(?:vice|deputy|assistant)[- ](?:principal|head(?:master|mistress| ?teacher)?|president|mayor)s?\b"
    r"(?: (?:in charge of|responsible for|for|over) (?:the )?(?P<field>[\w ]{2,30}))?",
    re.IGNORECASE,
)
_DESK = (
    (
        LazyPattern(
            r"(?<![招教])办公室(?:的)?(?:主任|负责人|领导)|\boffice (?:manager|director|head)\b", re.IGNORECASE
        ),
        "office",
    ),
    (
        LazyPattern(r"信息员|舆情(?:员|专员)|网信(?:员|专员)|\b(?:information|press) officer\b", re.IGNORECASE),
        "officer",
    ),
)


class OfficeMention(NamedTuple):
    """An office in a cleaned text, and who may hold it. `collective` if it names all of them together (校领导).

    `department` is the one that the office belongs to, if any. `often` if the same words stand so often in the text
    that they are its subject.
    """

    words: str
    start: int
    end: int
    people: tuple[Person, ...]
    collective: bool = False
    department: str | None = None
    often: bool = False


def offices_mentioned(text: str, institution: Institution) -> tuple[OfficeMention, ...]:
    """Return the offices that a cleaned text names, in its order; of overlapping words the most special reading."""
    return disjoint(_seldom(_readings(text, institution)), Taken(len(text)))


def _seldom(found: Iterable[OfficeMention]) -> Iterator[OfficeMention]:
    """Yield the same words only so often."""
    often = Often()
    for one in found:
        if not often.enough(one.words):
            yield one._replace(often=True) if often.found(one.words) else one


def _readings(text: str, institution: Institution) -> Iterator[OfficeMention]:
    """Yield the offices, the more special first."""
    leaders, chief = institution.with_role("leader"), institution.with_role("chief")
    yield from _in_charge(text, institution)
    yield from _unit_heads(text, institution)
    yield from _heads(text, institution)
    yield from (_office(found, leaders) for found in _SECOND.finditer(text))
    for pattern, role in _DESK:
        people = institution.with_role(role)
        yield from (_office(found, people) for found in pattern.finditer(text))
    yield from (_office(found, chief) for found in _CHIEF.finditer(text))
    yield from _by_title(text, institution, leaders, chief)
    both = (*leaders, *chief)
    yield from (_office(found, both)._replace(collective=True) for found in _LEADERSHIP.finditer(text))


def _office(found: re.Match[str], people: Iterable[Person]) -> OfficeMention:
    return OfficeMention(found[0], found.start(), found.end(), tuple(people))


def _heads(text: str, institution: Institution) -> Iterator[OfficeMention]:
    """Yield heads of departments: 总务处负责人, 教务处长, head of General Services."""
    names = {name: one for one in institution.departments for name in _spellings((one.name, *one.aliases))}
    if not names:
        return
    spelt = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    english = r"(?:head|director|chief|manager|leader|boss)"
    chinese = rf"(?P<zh>{spelt})的?(?:现任|原)?{_HEAD}"
    pattern = rf"{chinese}|\b{english} of (?:the )?(?P<of>{spelt})\b|\b(?P<en>{spelt})(?:'s)? {english}\b"
    heads: dict[str, tuple[Person, ...]] = {}
    for found in find_near(made_of_names(pattern), tuple(names), text, text.lower()):
        name = names[(found["zh"] or found["of"] or found["en"]).casefold()].name
        if name not in heads:
            heads[name] = institution.with_role("head", department=name)
        yield _office(found, () if "副" in found[0] else heads[name])._replace(department=name)


def _unit_heads(text: str, institution: Institution) -> Iterator[OfficeMention]:
    """Yield heads of units below the office by the title of who leads: 实验小学校长, the principal of Lake School."""
    names = {normalize(name).casefold(): one for one in institution.units for name in (one.name, *one.aliases)}
    if not names:
        return
    spelt = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    chinese, english = rf"(?P<zh>{spelt})的?(?:现任|原)?(?:{TOP})", rf"{_LEADS} of (?:the )?(?P<of>{spelt})\b"
    pattern = rf"{chinese}|{english}|\b(?P<en>{spelt})(?:'s)? {_LEADS}\b"
    for found in find_near(made_of_names(pattern), tuple(names), text, text.lower()):
        name = names[(found["zh"] or found["of"] or found["en"]).casefold()].name
        yield _office(found, institution.with_role("head", department=name))._replace(department=name)


def _spellings(names: Iterable[str]) -> Iterator[str]:
    """Yield names normalized, and without their last character before a title: 总务处长 is head of 总务处."""
    for name in names:
        spelt = normalize(name).casefold()
        yield spelt
        if len(spelt) > 2 and spelt[-1] in "处科部室办所站队":
            yield spelt[:-1]


def _in_charge(text: str, institution: Institution) -> Iterator[OfficeMention]:
    """Yield the leaders in charge of a field: 分管后勤的副校长, the vice principal in charge of General Services."""
    pattern = rf"{_FIELD}(?:[校院局县区市镇乡])?(?:副(?:{TOP})|(?:{TOP})|领导(?!小组)|副职|副总)"
    leaders: dict[str, tuple[Person, ...]] = {}
    for found in (*find_near(made_of_names(pattern), _FIELDS, text), *_DEPUTY_EN.finditer(text)):
        field = found["field"] or ""
        if field not in leaders:
            leaders[field] = _leaders_of(field, institution)
        yield _office(found, leaders[field])


def _leaders_of(field: str, institution: Institution) -> tuple[Person, ...]:
    field = field.casefold().strip()
    ids = {
        one.leader
        for one in institution.departments
        if field and any(_alike(normalize(name).casefold(), field) for name in (one.name, *one.aliases, *one.keywords))
    }
    return tuple(person for person in institution.people if person.id in ids) or institution.with_role("leader")


def _alike(name: str, field: str) -> bool:
    return name in field or field in name


def _by_title(
    text: str, institution: Institution, leaders: tuple[Person, ...], chief: tuple[Person, ...]
) -> Iterator[OfficeMention]:
    """Yield the chief and the leaders by the bare title of the institution's own chief: 校长, 副校长."""
    title = _chiefs_title(institution, chief)
    if title is None:
        return
    surname = rf"(?<![{''.join(sorted(SURNAMES))}])"
    for found in find_near(made_of_names(rf"{surname}(?:常务)?副(?:{title}){_BEHIND_TOP}"), title.split("|"), text):
        yield _office(found, leaders)
    for found in find_near(made_of_names(rf"{_BEFORE_TOP}(?:{title}){_BEHIND_TOP}"), title.split("|"), text):
        yield _office(found, chief)
    own = rf"(?:(?:我们|你们|本|我|贵|你|该)学?校|{re.escape(normalize(institution.name))}|(?<![\u4e00-\u9fff])学校)的?"
    for found in find_near(made_of_names(rf"{own}(?:{title}){_BEHIND_TOP}"), title.split("|"), text):
        yield _office(found, chief)


def _chiefs_title(institution: Institution, chief: tuple[Person, ...]) -> str | None:
    own = next((title for person in chief if (title := parts(person).title)), None)
    return own or next((title for words, title in _BY_NAME if re.search(words, institution.name)), None)
