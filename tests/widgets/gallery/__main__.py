"""Writes docs/widgets.md anew, and takes its pictures when asked to: `python -m tests.widgets.gallery [--pictures [NAME …]]`."""

import argparse
import asyncio

from tests.widgets.gallery.entries import read_entries
from tests.widgets.gallery.page import PAGE, PICTURES, picture_of, write_page


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.widgets.gallery", description=__doc__)
    parser.add_argument(
        "--pictures",
        nargs="*",
        metavar="NAME",
        help="take pictures, of these entries or of all (needs Chromium)",
    )
    wanted = parser.parse_args().pictures
    entries = read_entries()
    PAGE.write_text(write_page(entries))
    if wanted is None:
        return
    from tests.widgets.gallery.pictures import take_pictures  # noqa: PLC0415  # needs a browser

    asyncio.run(take_pictures([one for one in entries if not wanted or one.name in wanted]))
    known = {picture_of(shot.name) for one in entries for shot in one.shots}
    for old in set(PICTURES.glob("*.webp")) - known:
        old.unlink()


if __name__ == "__main__":
    main()
