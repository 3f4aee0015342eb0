"""A start loads only what it needs: document libraries, platforms and PostgreSQL's driver load when first used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRST_USED_LATER = {"docx", "docxtpl", "xlsxwriter", "resvg_py", "lxml", "wechatpy", "requests", "asyncpg"}
NOT_FOR_RULES = FIRST_USED_LATER | {"tortoise", "aiosqlite", "redis", "aiohttp", "jinja2", "structlog"}
PLATFORMS = {"bot.channels.wecom.connect", "bot.channels.dingtalk.connect"}
STARTED = """
import asyncio, json, sys
from pathlib import Path
from bot.app import open_bot
from bot.cli import commands, parser
from bot.clock import Clock
from bot.config import read_installation
from bot.web.server import serve

async def start():
    async with open_bot(read_installation(Path(sys.argv[1])), Clock()) as bot, serve(bot):
        await bot.drain()

asyncio.run(start())
print(json.dumps(sorted(sys.modules)))
"""
RULES = """
import importlib, json, pkgutil, sys
import handlers.rules as rules
for module in pkgutil.walk_packages(rules.__path__, "handlers.rules."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""


def loaded(code: str, *arguments: str, directory: Path = ROOT) -> list[str]:
    """Run code in a new process; return the modules that it has loaded."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}", *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def packages(modules: list[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_a_started_bot_has_loaded_nothing_that_it_does_not_use_yet(tmp_path: Path) -> None:
    modules = loaded(STARTED, str(ROOT / "config.toml"), directory=tmp_path)
    assert not packages(modules) & FIRST_USED_LATER
    assert not PLATFORMS & set(modules)
    assert {"handlers.commands.forward", "handlers.timed.overdue", "bot.engine.sender"} <= set(modules)


def test_tortoise_is_imported_by_way_of_what_makes_it_light() -> None:
    validators = "import json, bot.app\nfrom tortoise.validators import validate_domain_name as name"
    assert loaded(f"{validators}\nprint(json.dumps([type(name.regex).__name__]))") == ["CompiledLater"]


def test_the_rules_load_nothing_but_themselves() -> None:
    modules = loaded(RULES)
    ours = {name for name in modules if name.partition(".")[0] in {"bot", "handlers", "storage"}}
    files = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in (ROOT / "handlers" / "rules").rglob("*.py")
    }
    assert ours == {"handlers", *files}
    assert not packages(modules) & NOT_FOR_RULES


def test_a_robot_on_a_long_connection_needs_no_wechatpy() -> None:
    modules = loaded("import bot.channels.wecom.connect, json; print(json.dumps(sorted(sys.modules)))")
    assert not packages(modules) & {"wechatpy", "requests"}


@pytest.mark.parametrize("package", ["bot", "handlers", "storage"])
def test_a_package_itself_loads_nothing(package: str) -> None:
    modules = loaded(f"import {package}, json; print(json.dumps(sorted(sys.modules)))")
    assert [name for name in modules if name.partition(".")[0] == package] == [package]
