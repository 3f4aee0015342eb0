"""Pictures of digests in stories: drawn as ever, but rendered small and without words, in a hundredth of the time.

What is seen on them is tested in `tests/documents/test_picture.py`; `make test-long` renders all of them in full.
"""

import resvg_py

from handlers.common import digest_content
from tests.support.thinned import long_or_short


def _small(svg: str) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, zoom=0.05))


def render_small() -> None:
    """Let the digests of this process have small pictures from now on."""
    digest_content.png = long_or_short(digest_content.png, _small)
