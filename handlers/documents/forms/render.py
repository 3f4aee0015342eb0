"""Fill in a form: from a template and the values of its placeholders to the bytes of a .docx.

The templates that ship with the product are in `templates/`; a file of the same name in the institution's own directory
replaces one. `complaints` tries every template, so that a wrong placeholder is found at start and not at first use.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from handlers.documents.forms.placeholders import FORMS, PLACEHOLDERS, ROWS, sample
from handlers.documents.xml_text import xml_text
from handlers.rules.lazy_pattern import LazyPattern

SHIPPED = Path(__file__).parents[1] / "templates"
_UNKNOWN = LazyPattern(r"'(\w+)' is undefined|has no attribute '(\w+)'")


class TemplateFault(ValueError):
    """A template cannot be filled in; the text names the file, the fault and the remedy."""


def template(form: str, language: str, directory: Path | None) -> Path:
    """Return the path of the institution's own template, or of the shipped one if it has none."""
    own = directory / f"{form}.docx" if directory else None
    return own if own and own.is_file() else SHIPPED / language / f"{form}.docx"


def render(file: Path, facts: Mapping[str, Any]) -> bytes:
    """Return the form as a .docx. Raise TemplateFault if the file is no .docx or has an unknown placeholder."""
    from docx.opc.exceptions import PackageNotFoundError  # here, so that the bot starts without loading docx
    from docxtpl import DocxTemplate

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(str(file))
        document.render(_clean(facts), environment, autoescape=True)
    except UndefinedError as error:
        raise TemplateFault(_unknown(file, error)) from error
    except TemplateError as error:
        raise TemplateFault(f"{file}: {error}: correct the braces of its placeholders") from error
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise TemplateFault(f"{file} is no Word document: save it as .docx ({error})") from error
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def complaints(language: str, directory: Path | None) -> Iterator[str]:
    """Yield what is wrong with the templates; nothing if every form can be made."""
    if directory and not directory.is_dir():
        yield f"{directory} is no directory: make it, or take `directory` out of [forms]"
        return
    for file in sorted(directory.glob("*.docx")) if directory else ():
        if file.stem not in FORMS and not file.name.startswith("~$"):
            yield f"{file} is the template of no form: name it {', '.join(f'{form}.docx' for form in FORMS)}"
    for form in FORMS:
        try:
            render(template(form, language, directory), sample(form))
        except TemplateFault as fault:
            yield str(fault)


def _unknown(file: Path, error: UndefinedError) -> str:
    found = _UNKNOWN.search(str(error))
    name = next((group for group in found.groups() if group), "?") if found else "?"
    known = PLACEHOLDERS.get(file.stem, {})
    rows = [f"row.{column}" for one in known if one in ROWS for column in ROWS[one]]
    return f"{file}: there is no placeholder {{{{ {name} }}}}: use one of {', '.join((*known, *rows))}"


def _clean(value: Any) -> Any:
    """Return the value with its texts cleaned: nothing that XML forbids or docxtpl reads as a page break or a tab."""
    if isinstance(value, Mapping):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return xml_text(value).replace("\t", " ") if isinstance(value, str) else value
