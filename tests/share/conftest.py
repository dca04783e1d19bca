"""The databases that several files of tests look at, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.share import made


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Database and archive of the made-up portals."""
    return made.sampled(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of which every word is hostile."""
    return made.hostile(tmp_path_factory.mktemp("hostile"))
