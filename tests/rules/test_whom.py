"""Whom a post is about: by name, title and office, in both languages, and what only looks like it.

`about` is written short: "qian" a person, "/总务处" a department, "?qian" one who may be meant. "…" marks words that
leave open who is meant.
"""

import re
import time

import pytest
from msgspec.structs import replace

from handlers.rules.incident.whom import whom
from handlers.rules.people.institution import Department, Person
from tests.support.cases import INSTITUTION
from tests.support.each import for_each

NAMED = {
    # By full name: spaced, with separators, invisible or traditional characters.
    "总务处王强老师收钱办事": "wang /总务处",
    "王强打学生": "wang /总务处",
    "王 强收了承包商的钱": "wang /总务处",
    "王　强收了承包商的钱": "wang /总务处",
    "王·强吃回扣": "wang /总务处",
    "王-强吃回扣": "wang /总务处",
    "王*强吃回扣": "wang /总务处",
    "王\u200b强吃回扣": "wang /总务处",
    "王強收受回扣": "wang /总务处",
    "總務處王強態度惡劣": "wang /总务处",
    "吳敏違規補課": "wu /教务处",
    "王强行贿": "wang /总务处",
    "王强强行收费": "wang /总务处",
    "王强调走了监控，包庇肇事者": "wang /总务处",
    "学生王强老师打人": "wang /总务处",
    "信息员周晓瞒报": "zhou",
    "周晓删帖": "zhou",
    "信息员删家长评论": "zhou",
    "信息员把家长的留言删了": "zhou",
    "总务处删评论": "/总务处",
    "校长拉黑家长": "zhao",
    "食堂承包是钱副校长的亲戚": "qian",
    "錢副校長貪污": "qian",
    "办公室李主任收礼": "li",
    "孙副校长和钱副校长一起吃请": "sun qian",
    "王强把公家的车开回家": "wang /总务处",
    # By surname and title.
    "举报钱校长": "qian",
    "钱校长的小舅子承包食堂": "qian",
    "钱校收了红包": "qian",
    "举报冯处长": "feng /总务处",
    "冯处长态度恶劣": "feng /总务处",
    "馮處長不作為": "feng /总务处",
    "冯处收回扣": "feng /总务处",
    "王老师收钱": "wang /总务处",
    "总务处王老师收钱": "wang /总务处",
    "郑处长有偿补课": "zheng /教务处",
    "褚队长打家长": "chu /保卫处",
    "钱某收受贿赂": "qian",
    "冯某某吃拿卡要": "feng /总务处",
    "给钱校长送礼才能入学": "qian",
    "陈老师体罚学生": "chen /德育处",
    "赵校长贪污": "zhao",
    "赵校包庇": "zhao",
    # Spelt in Latin letters.
    "冯chu长乱收费": "feng /总务处",
    "冯c长贪污": "feng /总务处",
    "冯CHUZHANG拿回扣": "feng /总务处",
    "feng处长贪污": "feng /总务处",
    "钱副xiao长受贿": "qian",
    "姓冯的那个处长骂人": "feng /总务处",
    "有个姓钱的副校长收红包": "qian",
    "钱fùxiàozhǎng受贿": "qian",
    "举报qian副校长受贿": "qian",
    "赵x长收钱": "zhao",
    "冯\u0441长打人": "feng /总务处",
    # By office.
    "校长收钱": "zhao",
    "举报校长": "zhao",
    "我们学校校长贪污": "zhao",
    "育才中学校长收红包": "zhao",
    "一把手搞腐败": "zhao",
    "分管后勤的副校长包庇食堂": "qian",
    "分管后勤副校长拿回扣": "qian",
    "主管后勤的领导收好处": "qian",
    "总务处负责人不作为": "feng /总务处",
    "总务处的一把手贪污": "feng /总务处",
    "教务处长违规补课": "zheng /教务处",
    "保卫处处长打人": "chu /保卫处",
    "后勤主任拿回扣": "feng /总务处",
    "总务处领导不作为": "feng /总务处",
    "招生办主任收红包": "/招生办",
    "办公室主任收礼": "li",
    # Departments.
    "投诉总务处推诿，食堂异物没人管": "/总务处",
    "总务处态度恶劣": "/总务处",
    "後勤推諉扯皮": "/总务处",
    "举报保卫处乱收费": "/保卫处",
    # English.
    "Principal Qian took bribes": "qian",
    "Vice Principal Qian accepted gifts from the caterer": "qian",
    "Director Feng is rude to parents": "feng /总务处",
    "the principal takes bribes": "zhao",
    "The headmaster covers up the poisoning": "zhao",
    "the vice principal in charge of General Services covers up food poisoning": "qian",
    "the head of Security beat a pupil": "chu /保卫处",
    "complaint about General Services": "/总务处",
    "The principal deleted our comments": "zhao",
    "General Services ignores every call": "/总务处",
}
OPEN = {
    "二把手的小舅子承包食堂": "?qian ?sun …二把手",
    "副校长打人": "?qian ?sun …副校长",
    "分管教学副校长收礼": "?qian ?sun …分管教学副校长",
    "校领导收红包": "…校领导",
    "学校领导不作为": "…学校领导",
    "领导班子集体吃请": "…领导班子",
    "李老师打学生": "?li …李老师",
    "钱处长收礼": "?qian …钱处长",
    "班主任李某打学生": "?li …李某",
    "张局长收礼": "…张局长",
    "Mr Wang took money from the caterer": "?wang …Mr Wang",
    "school leadership ignores us": "…school leadership",
}
NOBODY = (
    "5G网速慢，学校chu口堵",
    "食堂KTV包间长期扰民",
    "wang老五家的食堂，没人管",
    "学校app长期打不开",
    "会上王强调食品安全不能放松",
    "国王强大",
    "钱不够用，食堂又涨价",
    "收钱校长不管",
    "饭卡里的钱老师说不退",
    "我孙子在食堂吃坏了肚子",
    "子孙老师都记得",
    "语文课李白的诗讲错了，没人管",
    "每周老师都不在",
    "由于老师请假，没人管",
    "王晓林老师打学生",
    "李卫老师打学生",
    "王强同学被打，没人管",
    "学生王强在食堂吃出虫子",
    "我叫王强，孩子被打没人管",
    "家长王强投诉食堂",
    "王强妈妈投诉食堂",
    "网民孙女士投诉食堂有虫",
    "陈老师傅的手艺很好，不满涨价",
    "小学校长收钱",
    "学校长期不管",
    "校长信箱没人管",
    "李主任务繁重",
    "保卫室长期没人",
    "尊敬的钱校长：食堂阿姨态度恶劣",
    "赵校长您好，食堂有虫，没人管",
    "尊敬的校长，食堂态度恶劣",
    "希望校领导重视食堂问题",
    "希望钱校长重视食堂涨价的问题",
    "请王强处理食堂异物",
    "食堂饭菜有异物，王强老师已到现场",
    "食堂饭菜有异物，已联系王强",
    "投诉食堂，请总务处处理",
    "建议总务处增加座位",
    "感谢总务处，热水修好了",
    "总务处态度很好",
    "总务处已回复，但家长不满",
    "今天天气不错",
    "王老师的课调到周三",
    "the principal reason is the smell",
    "Dear Principal Qian, the canteen is dirty and rude",
    "please ask General Services to repair the tap",
    "thanks to General Services, the tap is fixed",
    "https://weibo.com/feng/rude",
)
GREETED = (
    "请一把手管管，食堂收红包",
    "希望一把手重视，食堂乱收费",
    "一把手您好：有人收红包",
)
PRAISED = {
    "王强老师修好了食堂的灯": "wang",
    "感谢陈老师帮我们解决了宿舍问题": "chen",
    "为冯处长点赞，热水修好了": "feng",
}


def short(text: str) -> str:
    found = whom(text, INSTITUTION)
    kinds = {"person": "", "department": "/", "maybe": "?"}
    about = [re.sub(r"^(\w+):", lambda kind: kinds[kind[1]], one) for one in found.about]
    return " ".join((*about, *(f"…{words}" for words in found.unclear)))


@for_each(("text", "about"), {**NAMED, **OPEN, **PRAISED}.items())
def test_who_is_meant(text: str, about: str) -> None:
    assert short(text) == about


@for_each("text", [*NOBODY, *GREETED])
def test_who_is_not_meant(text: str) -> None:
    assert short(text) == ""


OTHERS = replace(
    INSTITUTION,
    name="Elm Grove School",
    departments=(Department("Kitchen", ("食堂",)), Department("Office", ())),
    people=(
        Person("boss", "Alice Smith", ("chief",)),
        Person("second", "张建国", ("leader",)),
        Person("ming", "李明", ("liaison",), "Kitchen"),
        Person("ting", "李婷", ("liaison",), "Office"),
        Person("gao", "高兴", ("officer",)),
        Person("ou", "欧阳峰", ("head",), "Kitchen"),
        Person("jones", "Bob Jones", ("head",), "Office"),
        Person("will", "Will", ("officer",)),
        Person("double", "王芳", ("liaison",), "Kitchen"),
        Person("twin", "王芳", ("liaison",), "Office"),
    ),
)


@for_each(
    ("text", "about"),
    [
        ("李明打学生", "person:ming department:Kitchen"),
        ("李明天天骂人", "person:ming department:Kitchen"),
        ("李明天要去上学，没人管", ""),
        ("学校门口李明显太挤，没人管", ""),
        ("李老师打学生", "maybe:ming maybe:ting"),
        ("食堂李老师打学生", "person:ming department:Kitchen"),
        ("Office的李老师打学生", "person:ting department:Office"),
        ("王芳收礼", "maybe:double maybe:twin"),
        ("孩子高兴地回来，食堂没人管", "department:Kitchen"),
        ("高兴老师打学生", "person:gao"),
        ("欧阳主任收礼", "person:ou department:Kitchen"),
        ("张建国收礼", "person:second"),
        ("張建國收禮", "person:second"),
        ("张副校长收礼", "person:second"),
        ("二把手收礼", "person:second"),
        ("Alice Smith took bribes", "person:boss"),
        ("alice  smith took bribes", "person:boss"),
        ("Ms Smith is rude", "person:boss"),
        ("Mr Jones shouts at the children", "person:jones department:Office"),
        ("will nobody investigate this fraud", ""),
        ("Will took money", "person:will"),
        ("the deputy head took money", "person:second"),
        ("the deputy head visited the kitchen", ""),
    ],
)
def test_in_another_institution(text: str, about: str) -> None:
    assert " ".join(whom(text, OTHERS).about) == about


def test_an_office_takes_its_holders_department_along() -> None:
    people = tuple(replace(one, department="Office") if one.id == "second" else one for one in OTHERS.people)
    found = whom("二把手收礼", replace(OTHERS, people=people)).about
    assert found == ("person:second", "department:Office")


@pytest.mark.parametrize("words", ["@王强", "钱", "负责", "举报", "王 ", "收了", "总务处", "二把手", "冯处长，"])
def test_a_long_text_is_read_in_little_time(words: str) -> None:
    """Each of them would take minutes if the time grew with the square of the length."""
    started = time.process_time()
    whom(words * 4000, INSTITUTION)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("words", ["王老师您好，", "总务处负责人您好，", "Ms Wang, "])
def test_what_stands_often_is_what_the_post_is_about(words: str) -> None:
    """Who is greeted is not accused; a post that does nothing but name somebody is about them all the same."""
    assert whom(words * 3, INSTITUTION).about == ()
    assert whom(words * 60, INSTITUTION) != ((), ())


@pytest.mark.parametrize("before", ["王强调，", "每周老师说，"])
def test_words_that_are_no_name_hide_none(before: str) -> None:
    assert whom(before * 60 + "王强打人", INSTITUTION).about == whom("王强打人", INSTITUTION).about != ()
