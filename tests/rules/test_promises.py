"""Which dates in a reply are promises to the public."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.rules.time.calendar import Calendar, Interval
from handlers.rules.time.promises import find
from tests.support.each import for_each

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(SHANGHAI, (Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30")))
SAID = datetime(2026, 11, 23, 10, 5, tzinfo=SHANGHAI)  # a Monday


def promised(text: str, said: datetime = SAID) -> list[str]:
    """Return local times; 24:00 is 00:00 of the next day."""
    return [f"{found.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for found in find(text, said, CALENDAR)]


@for_each(
    ("text", "at"),
    [
        ("11月26日前修好", "2026-11-27 00:00"),
        ("我局将于2026年11月26日前完成整改", "2026-11-27 00:00"),
        ("2026年11月26日（周四）前办结", "2026-11-27 00:00"),
        ("二〇二六年十一月二十六日前办结", "2026-11-27 00:00"),
        ("１１月２６日前修好", "2026-11-27 00:00"),
        ("2026-11-26前完成", "2026-11-27 00:00"),
        ("26日前完成", "2026-11-27 00:00"),
        ("20日前完成", "2026-12-21 00:00"),
        ("12月5日完成维修", "2026-12-06 00:00"),
        ("1月15日前完成", "2027-01-16 00:00"),
        ("今年12月25日前完成", "2026-12-26 00:00"),
        ("明年3月1日前完成", "2027-03-02 00:00"),
        ("预计11月27至28日通水", "2026-11-29 00:00"),
        ("11月26日17:30前修好", "2026-11-26 17:30"),
        ("预计今晚8点前恢复供水", "2026-11-23 20:00"),
        ("将于今晚二十时前恢复", "2026-11-23 20:00"),
        ("今晚12点前公布", "2026-11-24 00:00"),
        ("晚上8点前公布结果", "2026-11-23 20:00"),
        ("今天公布结果", "2026-11-24 00:00"),
        ("中午1点前公布", "2026-11-23 13:00"),
        ("5点前恢复供水", "2026-11-23 17:00"),
        ("明日本单位将公布结果", "2026-11-25 00:00"),
        ("周日本校恢复供餐", "2026-11-30 00:00"),
        ("明日常态化供水", "2026-11-25 00:00"),
        ("我们今晚7点半前给您回电", "2026-11-23 19:30"),
        ("明早9点前送达", "2026-11-24 09:00"),
        ("明晚前修好", "2026-11-25 00:00"),
        ("今天傍晚6时30分前通水", "2026-11-23 18:30"),
        ("11月26日下午五点前修好", "2026-11-26 17:00"),
        ("三天内修好", "2026-11-27 00:00"),
        ("五天内修好", "2026-11-29 00:00"),  # no roll-over for the public, which counts calendar days
        ("三天内", "2026-11-27 00:00"),
        ("3个工作日内答复您", "2026-11-27 00:00"),
        ("将在5个工作日内与您联系", "2026-12-01 00:00"),
        ("自答复之日起3个工作日内办结", "2026-11-27 00:00"),
        ("3个工作日后公布结果", "2026-11-27 00:00"),
        ("两个工作日内公布", "2026-11-26 00:00"),
        ("将于3个工作日后予以公布", "2026-11-27 00:00"),
        ("三天后公布结果", "2026-11-27 00:00"),
        ("两天之后答复您", "2026-11-26 00:00"),
        ("一周后公布", "2026-12-01 00:00"),
        ("约一周后出结果", "2026-12-01 00:00"),
        ("48小时后公布", "2026-11-25 10:05"),
        ("一个月后公布检测报告", "2026-12-24 00:00"),
        ("3-5个工作日内公布结果", "2026-12-01 00:00"),
        ("3至5个工作日内公布结果", "2026-12-01 00:00"),
        ("三到五天内更换", "2026-11-29 00:00"),
        ("We will publish the result after three working days.", "2026-11-27 00:00"),
        ("We will publish the result in 3-5 working days.", "2026-12-01 00:00"),
        ("两小时内到场处理", "2026-11-23 12:05"),
        ("半天内反馈", "2026-11-23 16:05"),
        ("一周内完成", "2026-12-01 00:00"),
        ("1个月内完成整改", "2026-12-24 00:00"),
        ("半个月内完成整改", "2026-12-09 00:00"),
        ("将在半年内搬迁", "2027-05-24 00:00"),
        ("有望在两年内搬迁", "2028-11-24 00:00"),
        ("本周五前给您答复", "2026-11-28 00:00"),
        ("周五前答复", "2026-11-28 00:00"),
        ("下周一上午上门维修", "2026-11-30 12:00"),
        ("下周日完成", "2026-12-07 00:00"),
        ("本周内完成", "2026-11-30 00:00"),
        ("明天上午派人处理", "2026-11-24 12:00"),
        ("明天答复", "2026-11-25 00:00"),
        ("后天答复", "2026-11-26 00:00"),
        ("明天下班前答复", "2026-11-24 17:30"),
        ("今天下午3点前回复", "2026-11-23 15:00"),
        ("今日内回复", "2026-11-24 00:00"),
        ("本月底前完成", "2026-12-01 00:00"),
        ("下月20日前完成", "2026-12-21 00:00"),
        ("下个月底前完成", "2027-01-01 00:00"),
        ("月底前完成", "2026-12-01 00:00"),
        ("年底前完工", "2027-01-01 00:00"),
        ("力争明年年底通车", "2028-01-01 00:00"),
        ("2026年内完成", "2027-01-01 00:00"),
        ("We will repair it within 3 days.", "2026-11-27 00:00"),
        ("We will answer within two working days", "2026-11-26 00:00"),
        ("The road will be mended by Friday.", "2026-11-28 00:00"),
        ("by 26 November", "2026-11-27 00:00"),
        ("We expect to finish by November 26th, 2026.", "2026-11-27 00:00"),
        ("It will be done before 2026-11-26.", "2026-11-27 00:00"),
        ("We will reply by the end of the month.", "2026-12-01 00:00"),
        ("We will reply by the end of next week.", "2026-12-07 00:00"),
        ("We will call you tomorrow.", "2026-11-25 00:00"),
        ("by next Monday", "2026-12-01 00:00"),
        ("We plan to open on 5 January", "2027-01-06 00:00"),
    ],
)
def test_promises(text, at):
    assert promised(text) == [at]


@for_each(
    "text",
    [
        "特此回复！2019年4月30日",
        "感谢您的来信。2026年11月23日",
        "感谢您的来信。2026年11月24日",
        "感谢您的来信。2026.11.24",
        "二〇一九年四月三十日",
        "维护出行平安.    县交通局    2026年11月23日",
        "该工程于11月3日已完成",
        "我局已于11月20日处理",
        "11月23日安排人员到场清理",
        "去年12月25日，我局将该路列入计划",
        "3天前已回复",
        "近3天内无投诉",
        "今天上午9点，执法人员将其拆除",
        "自受理之日起10个工作日内办结",
        "发包方收到结算书3个月内完成审核",
        "相关人民政府应当在10个工作日内回复意见",
        "责令其7日内整改",
        "新生儿出生28天内参保",
        "毕业2年内的博士",
        "三天后再看",
        "收到投诉两天后处理",
        "两天后学校进行了处理",
        "停水三天后家长才收到通知",
        "近三天后勤人员都在现场",
        "十天后门没有修的投诉",
        "连续三天后台没有记录",
        "It was closed after three days.",
        "电话0731-0000-00000000，价格12.5元，编号2026-1126",
        "工作时间：周一至周五8:30-17:30",
        "每月26日前报送",
        "根据湘政发〔2026〕12号文件",
        "有效期至2027年5月1日",
        "关于2027年6月30日交房的书面承诺",
        "请您于11月30日前提交材料",
        "您可在12月5日前登记",
        "小学入学对象为2027年8月31日前满6周岁的儿童",
        "2月30日前完成",
        "100000天内完成，400天内完成",
        "每个工作日17:00前答复来电",
        "食堂工作日9点前完成消毒",
        "下半年的运动会",
        "It was repaired within 3 days.",
        "Please send us the form by Friday.",
        "The office is open Monday to Friday.",
        "You must appeal within 30 days of receipt.",
        "It was finished on 26 November 2026",
        "",
    ],
)
def test_no_promises(text):
    assert promised(text) == []


def test_a_month_ends_on_the_last_day_if_it_is_shorter():
    said = datetime(2027, 1, 31, 10, tzinfo=SHANGHAI)
    assert promised("1个月内完成", said) == ["2027-03-01 00:00"]


def test_halves_and_quarters_end_with_their_last_month():
    assert promised("计划明年上半年完成") == ["2027-07-01 00:00"]
    assert promised("计划明年下半年完成") == ["2028-01-01 00:00"]
    assert promised("计划明年第一季度完成") == ["2027-04-01 00:00"]


def test_the_text_and_where_it_stands():
    text = "您好！下周一上午安排上门，12月5日前修好。"
    found = find(text, SAID, CALENDAR)
    assert [promise.text for promise in found] == ["下周一上午", "12月5日前"]
    assert all(text[slice(*promise.span)] == promise.text for promise in found)


def test_a_date_said_twice_is_one_promise():
    assert promised("争取在12月4日之前（下周五）退还") == ["2026-12-05 00:00"]


def test_a_forecast_reaches_over_a_comma():
    assert promised("预计今年12月底动工建设，2027年12月完成建设任务") == ["2027-01-01 00:00", "2028-01-01 00:00"]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("预计12月完成", False),
        ("计划本月下旬开考", False),
        ("力争明年上半年拆迁完毕", False),
        ("计划第四季度完成", False),
        ("预计12月底完成", True),
        ("12月前完成", True),
        ("12月5日前完成", True),
    ],
)
def test_months_are_not_exact(text, exact):
    (promise,) = find(text, SAID, CALENDAR)
    assert promise.exact == exact


def test_working_days_into_an_unpublished_year_are_provisional():
    said = datetime(2026, 12, 30, 10, tzinfo=SHANGHAI)
    (promise,) = find("3个工作日内答复", said, CALENDAR)
    assert promise.provisional
    assert not find("3天内答复", said, CALENDAR)[0].provisional


def test_what_is_over_when_it_is_said():
    assert promised("今天下班前答复", SAID.replace(hour=18)) == []
    assert promised("今天下班前答复", SAID.replace(hour=17)) == ["2026-11-23 17:30"]


def test_naive_moments_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        find("三天内", datetime(2026, 11, 23), CALENDAR)  # noqa: DTZ001
