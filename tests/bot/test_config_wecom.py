"""WeCom's configuration: invalid settings are refused at start with the remedy; secrets come from the environment."""

import re

import pytest
from aiohttp import ClientSession

from bot.channels.wecom.connect import app_settings, group_webhooks, robot_settings
from bot.channels.wecom.http import Http
from bot.config import ConfigError
from tests.support.platforms import school_installation
from tests.support.wecom_envelope import AES_KEY

ROBOT = '[channel.wecom_robot]\nbot_id = "aib1"\nsecret = "env:WECOM_ROBOT_SECRET"\n'
APP = '[channel.wecom_app]\ncorp_id = "ww1"\nagent_id = 2\nsecret = "env:WECOM_APP_SECRET"\n'
GROUP = 'channel = "wecom"\nconversation = "wr1"'
HOOKED = GROUP + '\nwebhook = "env:WECOM_WEBHOOK"'
LOCAL = '\n[[group]]\nid = "page"\nname = "网页"\nchannel = "local"\nconversation = "work"'
SECOND = '\n[[group]]\nid = "second"\nname = "二群"\nchannel = "wecom"'


@pytest.mark.parametrize(
    ("tables", "group"),
    [
        (ROBOT, GROUP),
        (ROBOT, HOOKED),
        (ROBOT, HOOKED.replace('"wr1"', '""')),
        (APP, HOOKED),
        (ROBOT + APP, HOOKED),
        (ROBOT.replace("secret", "token") + 'mode = "http"\naes_key = "env:WECOM_AES_KEY"\n', HOOKED),
    ],
)
def test_what_an_institution_may_have(tables: str, group: str) -> None:
    assert school_installation("wecom", tables, group).config.channel.has("wecom")


@pytest.mark.parametrize(
    ("tables", "group", "remedy"),
    [
        ("", GROUP, "there is no [channel.wecom_robot]"),
        (ROBOT.replace('secret = "env:WECOM_ROBOT_SECRET"\n', ""), GROUP, "needs the robot's secret"),
        (ROBOT + 'mode = "http"\n', HOOKED, "needs token and aes_key"),
        (ROBOT + f'mode = "http"\ntoken = "t"\naes_key = "{AES_KEY}"\n', GROUP, "give it a webhook"),
        (APP, GROUP, "give it a webhook"),
        (APP + 'token = "t"\n', HOOKED, "belong together"),
        (APP, HOOKED.replace('"wr1"', '""'), "without a robot nobody can bind"),
        (ROBOT, HOOKED.replace('"wr1"', '""') + SECOND, "nobody can tell whose webhook"),
        (ROBOT.replace("env:", ""), GROUP, 'write secret = "env:HUIYIN_SECRET"'),
        (ROBOT, HOOKED.replace("env:WECOM_WEBHOOK", "https://qyapi.example/send?key=k"), "does not belong in a file"),
        (ROBOT + "bot = 1\n", GROUP, "bot"),
        (ROBOT + "\n[channel.local]\n", GROUP + LOCAL, "lets anyone speak as anyone beside a real platform"),
    ],
)
def test_what_cannot_work_is_refused(tables: str, group: str, remedy: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(remedy)):
        school_installation("wecom", tables, group)


def test_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    config = school_installation("wecom", ROBOT + APP, HOOKED).config
    robot, app = config.channel.wecom_robot, config.channel.wecom_app
    assert robot
    assert app
    for build in (lambda: robot_settings(robot), lambda: app_settings(app)):
        with pytest.raises(ConfigError, match="is not set"):
            build()
    monkeypatch.setenv("WECOM_ROBOT_SECRET", "robot-secret-value")
    monkeypatch.setenv("WECOM_APP_SECRET", "app-secret-value")
    assert (robot_settings(robot).secret, app_settings(app).secret) == ("robot-secret-value", "app-secret-value")
    assert "secret-value" not in repr(robot_settings(robot)) + repr(app_settings(app))


@pytest.mark.parametrize(
    "address",
    ["https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1", "k1", "http://proxy.local/webhook/send?key=k1"],
)
async def test_a_webhook_is_an_address_or_a_key(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("WECOM_WEBHOOK", address)
    async with ClientSession() as session:
        http = Http(session, set())
        [hook] = group_webhooks(school_installation("wecom", ROBOT, HOOKED).config, http).values()
    assert "k1" in http.secrets
    assert "k1" not in repr(hook) + hook.target


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ('"wr2"', '"wr1"', "has the same conversation"),
        ("env:WECOM_WEBHOOK_2", "env:WECOM_WEBHOOK", "has the same webhook"),
        ("env:WECOM_WEBHOOK_2", "https://qyapi.example/send?key=k", 'write webhook = "env:HUIYIN_WEBHOOK_2"'),
    ],
)
def test_two_groups_are_two_conversations_with_two_webhooks(old: str, new: str, remedy: str) -> None:
    second = f'{SECOND}\nconversation = "wr2"\nwebhook = "env:WECOM_WEBHOOK_2"'
    assert len(school_installation("wecom", ROBOT, HOOKED + second).config.group) == 2
    with pytest.raises(ConfigError, match=re.escape(remedy)):
        school_installation("wecom", ROBOT, HOOKED + second.replace(old, new))
