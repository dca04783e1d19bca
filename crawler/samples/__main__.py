"""`python -m crawler.samples [PORT]`: serves the sample portals until it is interrupted, and prints where their listings are."""

from __future__ import annotations

import sys
from threading import Event

from crawler import samples


def main() -> None:
    """Prints one listing a line, then serves."""
    with samples.serve(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as served:
        sys.stdout.writelines(f"{portal.name}\t{portal.url}\n" for portal in served.portals)
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            return


main()
