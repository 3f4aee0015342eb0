"""What a command says that ends because the database does not work: in the institution's language, once it is known."""

from argparse import Namespace

from bot.config import Installation
from bot.config.storage import database_place
from bot.storage_words import explained
from storage.database.faults import is_away, kind_of
from storage.database.schema import CannotOpen


def remember(options: Namespace, installation: Installation) -> None:
    """Note for `sentence` what the configuration says."""
    options.place = database_place(installation.config)
    options.chinese = installation.institution.language == "zh"


def sentence(error: Exception, options: Namespace) -> str | None:
    """Return what to say of an error: why the database does not work and what to do; None for any other error."""
    if not isinstance(error, CannotOpen) and not is_away(error):
        return None
    if not hasattr(options, "place"):
        return str(error) if isinstance(error, CannotOpen) else f"the database fails ({kind_of(error)})"
    return explained(error, options.place, chinese=options.chinese)
