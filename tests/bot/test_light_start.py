"""A start loads only what it needs: document libraries, platforms and PostgreSQL's driver load when first used."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRST_USED_LATER = {
    "docx", "docxtpl", "xlsxwriter", "resvg_py", "lxml", "wechatpy", "requests", "asyncpg", "rich", "pygments",
    "colorama", "greenlet", "anyio",
}  # fmt: skip
NOT_FOR_RULES = FIRST_USED_LATER | {
    "tortoise", "aiosqlite", "redis", "aiohttp", "jinja2", "structlog", "yarl", "chinese_calendar", "tomllib",
    "hashlib", "statistics", "difflib", "calendar",
}  # fmt: skip
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


COMPILED = """
import json, re, sys
ours, compiling = [], re._compiler.compile

def compiled(pattern, flags=0):
    frame = sys._getframe(1)
    while "/re/" in frame.f_code.co_filename or frame.f_code.co_filename.endswith(("lazy_pattern.py", "functools.py")):
        frame = frame.f_back
    if frame.f_code.co_filename.startswith(sys.argv[1]):
        ours.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
    return compiling(pattern, flags)

re._compiler.compile = compiled
import bot.app
print(json.dumps(ours))
"""
TLS = """
import asyncio, json, ssl, sys
import bot.lean_start
from aiohttp import ClientConnectorCertificateError, ClientSession, connector, web

async def asked():
    serves = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serves.load_cert_chain(sys.argv[1], sys.argv[2])
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=serves).start()
    certificates = connector._SSL_CONTEXT_VERIFIED.cert_store_stats()["x509"]
    async with ClientSession() as session:
        try:
            async with session.get(f"https://localhost:{runner.addresses[0][1]}/") as answer:
                found = answer.status
        except ClientConnectorCertificateError as error:
            found = type(error).__name__
    await runner.cleanup()
    return [certificates, found]

print(json.dumps(asyncio.run(asked())))
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


def test_no_expression_is_compiled_before_it_is_used() -> None:
    assert loaded(COMPILED, str(ROOT / "handlers")) == []


@pytest.mark.parametrize(("trusted", "answer"), [(True, 404), (False, "ClientConnectorCertificateError")])
def test_certificates_are_read_for_the_first_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool, answer: object
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    named = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*request, *named], check=True, capture_output=True)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert loaded(TLS, str(certificate), str(key)) == [0, answer]
