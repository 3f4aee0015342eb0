"""A closed incident is archived without a command: everything in one zip file that anybody can verify."""

import json
import zipfile
from io import BytesIO

import pytest

from storage.tables import File, Form
from tests.support.papers import broken, received
from tests.support.story import Story

pytestmark = pytest.mark.demand("university.archived")


async def closed(story: Story) -> None:
    await story.acknowledged()
    await story.answer(text="经核实，饭菜异物是脱落的筛网，已封存留样，检测合格。")
    await story.say("li", "处置单 1")
    await story.say("wang", "办结 1 整改：更换供货商，联系人 13812345678")


async def archive(story: Story) -> zipfile.ZipFile:
    name, body = await received((await story.say("li", "归档 1"))[-1])
    assert name.endswith(".zip")
    assert broken(body) == []
    return zipfile.ZipFile(BytesIO(body))


async def test_closing_makes_it(story: Story) -> None:
    await closed(story)
    form = await Form.get(kind="archive")
    assert (form.year, form.serial, form.incident) == (2026, 1, 1)
    assert (await File.get(id=form.file)).name == "归档包〔2026〕1号（#1）.zip"


async def test_everything_is_in_it(story: Story) -> None:
    await closed(story)
    bundle = await archive(story)
    assert sorted(bundle.namelist()) == ["SHA256SUMS", "files/01-处置单〔2026〕1号.docx", "index.html", "record.json"]
    page = bundle.read("index.html").decode()
    for words in (
        "食堂饭菜有异物",
        "已封存留样，检测合格",
        "钱副校长",
        "https://weibo.com/1234567890/Xy9zK8wQ1",
        "更换供货商",
    ):
        assert words in page
    record = json.loads(bundle.read("record.json"))
    assert [draft["edition"] for draft in record["drafts"]] == [1]
    assert record["holdings"][0]["holder"] == "department:总务处"
    kinds = [line["kind"] for line in record["history"]]
    assert kinds[:5] == ["opened", "acknowledged", "drafted", "approved", "published"]
    assert "13812345678" not in page + str(record)


async def test_what_is_said_later_is_in_the_next_one(story: Story) -> None:
    await closed(story)
    await story.advance("1h")
    await story.say("wang", "续报 1 检测结果已公布")
    assert "检测结果已公布" in (await archive(story)).read("index.html").decode()
    assert (await Form.get(kind="archive")).edition == 2


async def test_an_open_matter_is_given_as_it_stands(story: Story) -> None:
    await story.acknowledged()
    bundle = await archive(story)
    story.expect("尚未办结")
    assert "食堂饭菜有异物" in bundle.read("index.html").decode()


async def test_what_was_changed_in_it_is_named(story: Story) -> None:
    await closed(story)
    _, body = await received((await story.say("li", "归档 1"))[-1])
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(body)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace("更换供货商".encode(), "无".encode()))
        new.writestr("more.txt", "x")
    assert broken(changed.getvalue()) == ["index.html", "record.json", "more.txt"]
