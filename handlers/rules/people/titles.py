"""Titles behind names (王处长, 钱校长, 钱某) and whether a person of the institution may bear one.

A person's own title is read from the name in the configuration (钱副校长), else it follows from the roles.
"""

from functools import lru_cache
from typing import NamedTuple

from handlers.rules.language.folding import normalize
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.institution import Person
from handlers.rules.people.name_words import DOUBLE_SURNAMES

TOP = (
    r"校长|局长|院长|镇长|乡长|县长|区长|市长|厅长|部长|检察长|董事长|理事长|总经理|总裁|总监|行长|园长|"
    r"站长|所长|馆长|台长|社长|会长|主席|书记(?!员|处)"
)
MIDDLE = (
    r"处长|科长|主任科员|班主任|主任(?!务|意)|股长|组长|队长|经理|主管|会计(?!师|室|处|科|系|课|专)|出纳|干事|辅导员|班长|教练|教授|警官|"
    r"医生|大夫|护士长?|工程师|秘书|校医|保安(?!室|队|公司)|司机"
)
TEACHER = r"老师(?!傅)|同志(?!们)|导师|师傅"
CALLED_SO = r"总(?![务是共会算体结部校公之理说能有在要不])|工(?![作人程资业地会厂期夫具龄伤头友商\d])"
SOMEBODY = r"某某?(?:人)?|××?|[xX]{1,2}(?![A-Za-z])|\*{1,2}"
SHORT = (
    r"校(?![园服门方内外车医友区规庆领级址舍])|局(?![部面势限域])|处(?![理分于罚置方女境在处])|"
    r"科(?![学目技室研普任代])|院(?![系子内校士方区])"
)
_RANKED = rf"(?:(?:常务|执行|第一|代理|副|原|前|老)*(?P<ranked>{TOP}|{MIDDLE}))"
TITLE = rf"(?:{_RANKED}|(?P<teacher>{TEACHER}|{CALLED_SO})|(?P<somebody>{SOMEBODY})|(?P<short>{SHORT}))"
_OWN = LazyPattern(
    rf"(?P<stem>.+?)(?:(?:常务|执行|第一|代理|副)*(?P<title>{TOP}|{MIDDLE})|老师|同志|先生|女士|师傅|总|工)"
)
_HEADS = LazyPattern(r"处长|科长|主任|部长|所长|站长|队长|股长|组长|经理|主管|院长|园长|馆长")
_TOP = LazyPattern(TOP)


class NameParts(NamedTuple):
    """A person's name, normalized: the surname, the given name ("" if the configuration has none), and the title."""

    surname: str
    given: str
    title: str | None


@lru_cache(maxsize=1024)  # asked at every place where a text may name the person
def parts(person: Person) -> NameParts:
    """Return the parts of a Chinese name such as 王强, 钱副校长 or 李明老师."""
    name = normalize(person.name).replace(" ", "").replace("·", "")
    titled = _OWN.fullmatch(name)
    stem = titled["stem"] if titled else name
    length = 2 if stem.startswith(DOUBLE_SURNAMES) else 1
    return NameParts(stem[:length], stem[length:], titled["title"] if titled else None)


def may_be_called(person: Person, title: str, kind: str) -> bool:
    """Return whether a person of the surname may bear the title; `kind` names the group of TITLE that matched."""
    own = parts(person).title
    if kind == "somebody":
        return True
    if kind == "teacher":
        return own is None
    base = f"{title}长" if kind == "short" else title.removeprefix("副")
    return own == base if own else _by_role(person, base)


def _by_role(person: Person, base: str) -> bool:
    if person.has("leader", "chief"):
        return _TOP.fullmatch(base) is not None
    if person.has("head"):
        return _HEADS.fullmatch(base) is not None
    return base not in ("处长", "科长") and _TOP.fullmatch(base) is None
