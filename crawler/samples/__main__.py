"""`python -m crawler.samples [PORT]`: serves the sample portals and sites until it is interrupted, and prints where their listings are."""

from __future__ import annotations

import argparse
import sys
from threading import Event

from crawler import samples
from crawler.samples import sites, world


def main() -> None:
    """Prints one listing a line, then serves. Ends with a line that says why where the port cannot be had."""
    parser = argparse.ArgumentParser("python -m crawler.samples", description="Serves the sample portals until it is interrupted.")
    parser.add_argument("port", nargs="?", type=int, default=0, help="of 127.0.0.1; a free one where none is given")
    port = parser.parse_args().port
    try:
        served = samples.Samples(world.sites(), port, sites.load()).start()
    except (OSError, OverflowError) as error:
        parser.exit(1, f"error: the sample portals cannot be served on port {port}: {error}\n")
    portals = (*served.portals, *(site.portal(served.port) for site in served.sample_sites))
    sys.stdout.writelines(f"{portal.id}\t{portal.name}\t{portal.url}\n" for portal in portals)
    sys.stdout.flush()
    try:
        Event().wait()
    except KeyboardInterrupt:
        served.stop()


main()
