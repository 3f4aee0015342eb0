"""A picture in a WeCom group is quoted in a message to the robot, fetched, decrypted and stored with the incident."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import files
from tests.support.drive_wecom import WeComDriver
from tests.support.platforms import School, platform_school
from tests.support.wecom import GROUP

PNG = b"\x89PNG\r\n\x1a\n of the canteen"


async def said_with_a_picture(school: School, driver: WeComDriver, words: str) -> None:
    picture = {"msgtype": "image", "image": driver.fake.put(PNG, over_socket=driver.robot == "socket")}
    text = {"content": f"@回音 {words}"}
    body = driver.fake.callback("u-zhou", GROUP, "text", text=text, quote=picture)
    await school._while_draining(driver.fake.hand_over(body))


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_quoted_picture_is_kept(
    tmp_path: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    driver = WeComDriver("pictures", robot=mode)
    async with platform_school(driver, tmp_path, redis, monkeypatch.setenv) as school:
        await said_with_a_picture(school, driver, "食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
        [kept] = await files.of_incident(1)
        assert (kept.type, kept.size) == ("image/png", len(PNG))
