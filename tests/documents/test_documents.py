"""Files, make targets, options and anchors in the documents exist; both READMEs have the same content."""

import argparse
import re
import tomllib
from pathlib import Path

import pytest

from bot.cli.parser import build_parser
from handlers.registry import HANDLERS
from tests.support.each import for_each
from tests.support.prose import READMES, ROOT, columns, documents, read, sections, spans

NUMBERS = {6: ("six", "六"), 12: ("twelve", "十二"), 13: ("thirteen", "十三"), 14: ("fourteen", "十四")}
PATH = re.compile(r"(?:bot|handlers|storage|tests|tools|bench|docs)/[\w./*-]*|[\w.-]+\.(?:toml|md)")
MODULE = re.compile(r"(?:bot|handlers|storage|tests|tools|bench)(?:\.[a-z_]+)+")
OURS_TO_MAKE = ("my.toml", "my-rules.toml", "rules.toml", "bench/results/")
"""Files that the reader creates, which are not in the repository."""
NAMES = [str(path.relative_to(ROOT)) for path in documents()]


def named(path: Path) -> list[str]:
    return [re.split(r"[ :]", span)[0] for span in spans(read(path)) if PATH.fullmatch(re.split(r"[ :]", span)[0])]


@for_each("name", NAMES)
def test_every_file_that_is_named_exists(name: str) -> None:
    missing = [one for one in named(ROOT / name) if one not in OURS_TO_MAKE and not list(ROOT.glob(one.rstrip("/")))]
    assert not missing


@for_each("name", NAMES)
def test_every_module_that_is_named_exists(name: str) -> None:
    for span in spans(read(ROOT / name)):
        if MODULE.fullmatch(span):
            folders = span.split(".")
            parents = ["/".join(folders[:length]) for length in (len(folders), len(folders) - 1)]
            assert any((ROOT / one).is_dir() or (ROOT / f"{one}.py").is_file() for one in parents), span


@for_each("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    text, folder = read(ROOT / name), (ROOT / name).parent
    targets = re.findall(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"", text)
    links = [one or other for one, other in targets if not (one or other).startswith(("http://", "https://"))]
    assert not [link for link in links if link.partition("#")[0] and not (folder / link.partition("#")[0]).exists()]
    ours = [link[1:] for link in links if link.startswith("#")]
    headings = [_anchor(line) for line in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)]
    assert not [anchor for anchor in ours if anchor not in headings]


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


@for_each("name", NAMES)
def test_every_make_target_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", read(ROOT / "Makefile"), flags=re.MULTILINE))
    text = read(ROOT / name)
    written = set(re.findall(r"`(?:HUIYIN_\w+=\w+ )?make ([a-z][a-z-]*)", text)) | set(
        re.findall(r"^ *make ([a-z][a-z-]*)", text, flags=re.MULTILINE)
    )
    assert written <= targets


def commands() -> dict[str, set[str]]:
    """Return the options of each command of the command line."""
    verbs = next(action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return {name: set(verb._option_string_actions) for name, verb in verbs.choices.items()}


@for_each("name", NAMES)
def test_every_command_and_option_exists(name: str) -> None:
    known = commands()
    for verb, rest in re.findall(r"python -m bot ([a-z]+)([^`\n]*)", read(ROOT / name)):
        assert verb in known, verb
        assert set(re.findall(r"(?<!\S)--?[a-z]+", rest.partition("#")[0])) <= known[verb], (verb, rest)


@pytest.mark.parametrize("verb", commands())
def test_every_option_is_explained(verb: str) -> None:
    verbs = next(action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert all(action.help for action in verbs.choices[verb]._actions)


def test_the_newcomers_walk_names_a_file_for_each_of_ten_behaviours() -> None:
    walk = sections(read(ROOT / "CONTRIBUTING.md"))["A newcomer's walk"]
    files = list(columns(walk, ("file",)))
    assert len(files) >= 10
    assert all((ROOT / path).is_file() for cell in files for path in spans(cell))
    assert all(spans(cell) for cell in files)


def test_the_walk_names_the_file_of_each_command_that_is_typed_otherwise() -> None:
    """A file is found by the first word of each English example, or stands in the second table with what is typed."""
    walk = sections(read(ROOT / "CONTRIBUTING.md"))["A newcomer's walk"]
    table = walk.partition("| typed |")[2]
    listed = [
        (typed, Path(path).stem)
        for row in re.findall(r"^\| `.*$", table, flags=re.MULTILINE)
        for *verbs, path in [spans(row)]
        for typed in verbs
    ]
    examples = {(example, name) for name, handler in HANDLERS.items() for example in handler.EXAMPLES["en"]}
    found = {
        (example, name)
        for example, name in examples
        if name.startswith(example.split()[0]) or example.startswith((name, "https://"))
    }
    named_by = {
        (typed, file): {(e, n) for e, n in examples if n == file and e.startswith(typed)} for typed, file in listed
    }
    assert listed
    assert [one for one, of_it in named_by.items() if not of_it] == []
    assert examples - found - set().union(*named_by.values()) == set()


def test_every_command_is_in_both_readmes() -> None:
    for path in READMES.values():
        assert set(re.findall(r"python -m bot ([a-z]+)", read(path))) == set(commands())


def test_the_school_has_as_many_people_and_departments_as_the_readmes_say() -> None:
    school = tomllib.loads(read(ROOT / "config.toml"))
    people, departments = NUMBERS[len(school["person"])], NUMBERS[len(school["department"])]
    assert f"{departments[0]} departments and {people[0]} people" in read(READMES["en"])
    assert f"{departments[1]}个部门、{people[1]}个人" in read(READMES["zh"])
    assert f"{departments[1]}个部门、{people[1]}个人" in read(ROOT / "config.toml")
    assert f"{people[0]} roles" in " ".join(read(ROOT / "docs/decisions/0012-group-page-on-loopback.md").split())


def test_as_many_regimes_are_shipped_as_the_readmes_say() -> None:
    regimes = {path.stem for path in (ROOT / "handlers/regimes").glob("*.toml")}
    number = NUMBERS[len(regimes)]
    english, chinese = sections(read(READMES["en"])), sections(read(READMES["zh"]))
    assert regimes - {"standard"} <= set(spans(english[f"{number[0].capitalize()} regimes"]))
    assert regimes - {"standard"} <= set(spans(chinese[f"{number[1]}套规则"]))


def test_both_readmes_have_the_same_sections() -> None:
    """Both have the same number of items, which name the same files, addresses and commands."""
    english, chinese = (list(sections(read(READMES[language])).values()) for language in ("en", "zh"))
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        assert references(one) == references(other)


def references(section: str) -> set[str]:
    """Return what is the same in every language: links, files, tests, commands."""
    links = re.findall(r"\]\(([^)\s]+)\)", section)
    files = [span for span in spans(section) if PATH.fullmatch(span)]
    shell = re.findall(r"python -m bot [a-z]+|(?:`|^ *)make [a-z]+", section, flags=re.MULTILINE)
    return {one.strip("` ").replace(".zh-CN", "") for one in (*links, *files, *shell)}
