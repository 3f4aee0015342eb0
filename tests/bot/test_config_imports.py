"""Reading the configuration loads no platform's library, so that a command that only checks a file starts fast."""

import subprocess
import sys

HEAVY = ("aiohttp", "wechatpy", "redis", "tortoise")


def test_the_configuration_imports_no_platform() -> None:
    code = f"import sys, bot.config; print(*[name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
