"""Render an SVG as a PNG, with the bundled fonts."""

from pathlib import Path

from handlers.documents.digest.drawing import FAMILY

FONTS = Path(__file__).parents[1] / "fonts"


def png(svg: str) -> bytes:
    """Return the PNG of an SVG, drawn with the bundled font, so that it is the same on every machine.

    It takes long: call it in a thread, not on the event loop.
    """
    import resvg_py  # here, so that the bot starts without loading it

    fonts = [str(file) for file in sorted(FONTS.glob("*.otf"))]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, skip_system_fonts=True, font_files=fonts, font_family=FAMILY, sans_serif_family=FAMILY
        )
    )
