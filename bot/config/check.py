"""Contradictions in a configuration that can be built: each complaint names the key's path and the remedy."""

from collections.abc import Iterator

from bot.config.check_channels import channel_complaints
from bot.config.check_names import name_complaints
from bot.config.check_people import people_complaints
from bot.config.check_roster import roster_complaints
from bot.config.check_secrets import secret_complaints
from bot.config.check_units import unit_complaints
from bot.config.installation import Installation
from bot.config.tables import Config
from handlers.documents.forms.render import complaints as template_complaints
from handlers.rules.regime.regime_check import unmanned
from handlers.rules.toml_errors import Complaint


def complaints(installation: Installation) -> Iterator[Complaint]:
    """Yield every contradiction; the first one stops the start."""
    config = installation.config
    yield from people_complaints(config)
    yield from name_complaints(config)
    yield from unit_complaints(config)
    yield from channel_complaints(config)
    yield from roster_complaints(config)
    yield from _forms(installation)
    yield from _digest(config)
    yield from secret_complaints(config)
    for sentence in unmanned(installation.regime, installation.institution):
        yield Complaint(".institution.regime", f"regime {config.institution.regime}: {sentence}")


def _forms(installation: Installation) -> Iterator[Complaint]:
    """Try the institution's own templates, so that a wrong placeholder stops the start."""
    if installation.forms is not None:
        for sentence in template_complaints(installation.institution.language, installation.forms):
            yield Complaint(".forms.directory", sentence)


def _digest(config: Config) -> Iterator[Complaint]:
    known = {group.id for group in config.group}
    for n, group in enumerate(config.digest.groups):
        if group not in known:
            yield Complaint(f".digest.groups[{n}]", f'there is no group "{group}": name the id of a [[group]]')
