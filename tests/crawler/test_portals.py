"""The portal files: what is shipped is right, what is wrong names file, entry and key."""

from pathlib import Path

import pytest
import yaml

from crawler import portals
from crawler.errors import ConfigurationError, PortalFileError

GOOD = {
    "id": "qinghe",
    "name": "青禾市",
    "level": "prefecture",
    "division_code": "990100",
    "listings": ["http://www.qinghe.example/zfxxgknb/"],
    "hosts": ["qinghe.example"],
    "family": "trs",
    "enabled": True,
    "note": None,
}


def written(folder: Path, *entries: object) -> Path:
    (folder / "x.yaml").write_text(yaml.safe_dump({"portals": list(entries)}, allow_unicode=True), encoding="utf-8")
    return folder


def test_shipped_files_are_valid_and_unverified() -> None:
    shipped = portals.load()
    assert shipped
    assert not any(portal.enabled for portal in shipped)


def test_load(tmp_path: Path) -> None:
    (portal,) = portals.load(written(tmp_path, GOOD))
    assert portal.url == "http://www.qinghe.example/zfxxgknb/"
    assert portal.allows("https://mzj.qinghe.example/1.html")
    assert not portal.allows("http://notqinghe.example/")
    assert not portal.allows("http://qinghe.example.evil.example/")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "Qing He"}, "entry 1: id cannot be 'Qing He'"),
        ({"id": None}, "entry 1: id is missing"),
        ({"level": "city"}, "entry 1: level cannot be 'city'"),
        ({"division_code": 990100}, "entry 1: division_code cannot be 990100"),
        ({"listings": ["ftp://x.example/"]}, "entry 1: listings cannot be"),
        ({"listings": ["http://other.example/"]}, "is on none of the hosts"),
        ({"listings": []}, "entry 1: listings is missing"),
        ({"hosts": ["http://qinghe.example"]}, "entry 1: hosts cannot be"),
        ({"family": "wordpress"}, "entry 1: family cannot be 'wordpress'"),
        ({"enabled": "yes"}, "entry 1: enabled cannot be 'yes'"),
        ({"delay": 4}, "entry 1: unknown key delay"),
    ],
)
def test_wrong_entries_name_file_entry_and_key(tmp_path: Path, change: dict, message: str) -> None:
    with pytest.raises(PortalFileError, match=r"x\.yaml") as caught:
        portals.load(written(tmp_path, {**GOOD, **change}))
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["portals: 3", "[]", "portals: [3]", "a: [", "portals: [{id: x}]"])
def test_wrong_files(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PortalFileError, match=r"x\.yaml"):
        portals.load(tmp_path)


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    with pytest.raises(PortalFileError, match="two portals have the id qinghe"):
        portals.load(written(tmp_path, GOOD, GOOD))


def test_select(tmp_path: Path) -> None:
    known = portals.load(written(tmp_path, GOOD, {**GOOD, "id": "off", "enabled": False}))
    assert [portal.id for portal in portals.select(None, known)] == ["qinghe"]
    assert [portal.id for portal in portals.select("all", known)] == ["qinghe"]
    assert [portal.id for portal in portals.select("off,qinghe", known)] == ["off", "qinghe"]
    with pytest.raises(ConfigurationError, match="no portal nowhere"):
        portals.select("nowhere", known)
    with pytest.raises(ConfigurationError, match=r"none of the 0 portals .* is enabled"):
        portals.select(None, ())


def test_from_listing() -> None:
    portal = portals.from_listing("http://www.yunxi.example:8080/col/col1/index.html")
    assert (portal.id, portal.hosts) == ("www-yunxi-example", ("yunxi.example",))
    for wrong in ("", "yunxi.example", "file:///etc/passwd", "http://", "http://[x"):
        with pytest.raises(ConfigurationError, match="is not a web address"):
            portals.from_listing(wrong)
