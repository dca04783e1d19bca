"""`make bench`: every figure of README, measured again in one run on one core. The exit status is 1 where a bar is not held."""

from __future__ import annotations

import os
import sys

from benchmarks import crawl, documents, extraction, listings, startup


def main() -> int:
    """Run all benchmarks."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    held = [benchmark.main() for benchmark in (startup, extraction, documents, crawl, listings)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
