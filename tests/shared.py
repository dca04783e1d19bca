"""Where the shared material lies, and what happens to a test that needs it where it is absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("GONGKAI_SHARED", ROOT.parent / "shared"))


def shared(part: str) -> Path:
    """The path of `part` below the shared folder; the test skips where it is absent."""
    path = SHARED / part
    if not path.exists():
        pytest.skip(f"{part} is not in {SHARED}; set GONGKAI_SHARED to the folder that holds it")
    return path
