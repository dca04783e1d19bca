"""The portal files: what is shipped is right, what is wrong names file, entry, key and cure; which portals a run walks."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler import portals
from crawler.cms import families
from crawler.errors import ConfigurationError, PortalFileError
from crawler.portals import Expectation, HostException, Portal
from crawler.portals.addresses import host_of, is_shared, same_address
from crawler.portals.areas import AREAS, PROVINCES, area_of, title_of
from extract.data.divisions import gazetteer
from tests.shared import shared

GOOD = {
    "id": "qinghe-mzj",
    "name": "邯郸市青禾局",
    "level": "department",
    "division_code": "130400",
    "listings": ["http://www.qinghe.example/zfxxgknb/"],
    "hosts": ["qinghe.example"],
    "family": "trs",
    "status": "verified",
    "last_ok": date(2026, 3, 31),
    "note": None,
}
CITY = {**GOOD, "id": "qinghe", "name": "邯郸市", "level": "prefecture", "listings": ["http://city.qinghe.example/nb/"]}
MINISTRY = {**GOOD, "id": "qinghebu", "name": "青禾部", "level": "ministry", "division_code": None}


def written(folder: Path, *entries: object, file: str = "hebei") -> Path:
    text = yaml.safe_dump({"portals": list(entries)}, allow_unicode=True, sort_keys=False)
    (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    return [str(problem).removeprefix(f"{folder}/") for problem in portals.read(folder).problems]


# ------------------------------------------------------------------------------------------------ what is shipped


def test_shipped_files_are_valid_and_unverified() -> None:
    shipped = portals.load()
    assert len(shipped) >= 75
    assert {portal.status for portal in shipped} == {"unverified"}
    assert not any(portal.enabled for portal in shipped)
    assert {"mva", "mohrss", "mwr", "handan", "hebei-gxt"} <= {portal.id for portal in shipped}


def test_every_candidate_is_shipped() -> None:
    shipped = {portal.url: portal for portal in portals.load()}
    with shared("domain/portals-candidates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 75
    for row in rows:
        portal = shipped[row["url"]]
        assert (portal.name, portal.level, portal.division_code or "") == (row["name"], row["level"], row["adcode"])
        assert portal.note == row["status_note"].replace("scraper", "read by a public scraper")
        assert portal.family == (row["family"] or None)


def test_areas_are_the_provinces_of_the_mainland() -> None:
    codes = {code for code in gazetteer().by_code if code.endswith("0000")}
    assert set(PROVINCES.values()) == {code for code in codes if code[0] not in "78"}
    assert {area_of(title_of(area)) for area in AREAS} == set(AREAS)


# ------------------------------------------------------------------------------------------------ one entry


def test_load(tmp_path: Path) -> None:
    (portal,) = portals.load(written(tmp_path, GOOD))
    assert (portal.url, portal.area, portal.enabled) == ("http://www.qinghe.example/zfxxgknb/", "hebei", True)
    assert (portal.scheme, portal.exceptions, portal.expect) == (None, (), Expectation())
    assert portal.allows("https://mzj.qinghe.example/1.html")
    assert not portal.allows("http://notqinghe.example/")
    for other in ("http://qinghe.example.evil.example/", "http://qinghe.example@evil.example/", "ftp://qinghe.example/", "http://[x", ""):
        assert not portal.allows(other)


def test_optional_keys_may_be_left_out(tmp_path: Path) -> None:
    left = {key: value for key, value in GOOD.items() if key not in ("family", "note", "last_ok")}
    (portal,) = portals.load(written(tmp_path, {**left, "status": "unverified"}))
    assert (portal.family, portal.note, portal.last_ok, portal.enabled) == (None, None, None, False)


def test_exceptions_hold_for_the_host_and_below_it(tmp_path: Path) -> None:
    said = {"qinghe.example": {"tls": "relaxed", "ip": 6}, "app.qinghe.example": {"render": "browser", "cookies": True}}
    (portal,) = portals.load(written(tmp_path, {**GOOD, "exceptions": said, "expect": {"agencies": 12, "since": 2008}}))
    assert portal.exception("http://www.qinghe.example/1") == HostException("qinghe.example", tls="relaxed", ip=6)
    assert portal.exception("http://m.app.qinghe.example/1") == HostException("app.qinghe.example", render="browser", cookies=True)
    assert portal.exception("http://notqinghe.example/") is None
    assert portal.expect == Expectation(12, 2008)


def test_scheme_is_kept_on_the_portals_hosts_alone() -> None:
    assert HTTP_ONLY.with_scheme("https://www.qinghe.example/a?b=1#c") == "http://www.qinghe.example/a?b=1#c"
    for other in ("https://yunxi.example/", "https://qinghe.example:8443/a", "ftp://qinghe.example/", "http://[qinghe.example/", "a"):
        assert HTTP_ONLY.with_scheme(other) == other
    assert portals.from_listing("https://qinghe.example/").with_scheme("http://qinghe.example/") == "http://qinghe.example/"


WRONG = [
    ({"id": "Qing He"}, "id: cannot be 'Qing He'; give small letters, digits and hyphens"),
    ({"id": "all"}, "id: cannot be 'all'"),
    ({"id": "sample-qinghe"}, "id: cannot be 'sample-qinghe'"),
    ({"id": None}, "id: is missing"),
    ({"name": " 邯郸市"}, "name: cannot be ' 邯郸市'"),
    ({"name": "青禾局"}, "name: '青禾局' does not name 邯郸市, whose code is 130400; begin the name with its place"),
    ({"level": "city"}, "level: cannot be 'city'; give one of ministry, province"),
    ({"level": "county"}, "level: 130400 (邯郸市) is a prefecture, not a county; write prefecture"),
    ({"level": "ministry"}, "level: a ministry belongs to no province; move the entry to ministries.yaml"),
    ({"division_code": 130400}, 'division_code: cannot be 130400; write six digits between quotes, as "130400"'),
    ({"division_code": None}, "division_code: is missing; give the six digits"),
    ({"division_code": "990100"}, "division_code: 990100 is no division; look the place up in extract/data/divisions.tsv"),
    ({"division_code": "410100"}, "division_code: 410100 (郑州市) does not lie in 河北; move the entry to henan.yaml"),
    ({"division_code": ["130400"]}, "division_code: cannot be ['130400']"),
    ({"listings": ["ftp://x.example/"]}, "listings: 'ftp://x.example/' is no web address"),
    ({"listings": ["www.qinghe.example/nb/"]}, "listings: 'www.qinghe.example/nb/' is no web address; write it whole"),
    ({"listings": ["http://www.qinghe.example/n b/"]}, "is no web address"),
    ({"listings": ["http://www.qinghe.example:port/"]}, "is no web address"),
    ({"listings": ["http://me@www.qinghe.example/"]}, "names a user"),
    ({"listings": ["http://other.example/"]}, "listings: http://other.example/ is on none of the hosts; add other.example to hosts"),
    ({"listings": []}, "listings: is missing"),
    ({"listings": "http://www.qinghe.example/"}, "listings: cannot be 'http://www.qinghe.example/'; give a list"),
    ({"listings": ["http://qinghe.example/nb/", "https://www.qinghe.example/nb/index.html"]}, "listings: qinghe.example/nb stands twice"),
    ({"hosts": ["http://qinghe.example"]}, "hosts: 'http://qinghe.example' is no host; write the name alone"),
    ({"hosts": ["*.qinghe.example"]}, "hosts: '*.qinghe.example' is no host"),
    ({"hosts": ["Qinghe.example"]}, "hosts: 'Qinghe.example' is no host"),
    ({"hosts": ["gov.cn"]}, "hosts: gov.cn is shared by many sites; name the portal's own host below it"),
    ({"hosts": ["com.cn"]}, "hosts: com.cn is shared by many sites"),
    ({"hosts": ["localhost"]}, "hosts: localhost is no full name of a host"),
    ({"hosts": ["192.168.0.1"]}, "hosts: 192.168.0.1 is a private address"),
    ({"hosts": ["qinghe.example", "qinghe.example"]}, "hosts: qinghe.example stands twice"),
    ({"hosts": [7]}, "hosts: cannot be [7]"),
    ({"family": "wordpress"}, "family: cannot be 'wordpress'; give one of "),
    ({"family": ["trs"]}, "family: cannot be ['trs']"),
    ({"status": "enabled"}, "status: cannot be 'enabled'; give one of unverified, verified"),
    ({"last_ok": None}, "last_ok: is missing of a verified portal; give the day"),
    ({"last_ok": "yesterday"}, "last_ok: cannot be 'yesterday'; give a day"),
    ({"status": "unverified"}, "last_ok: stands at an unverified portal"),
    ({"status": "moved"}, "note: is missing of a portal that is moved"),
    ({"scheme": "https"}, "scheme: is https, but http://www.qinghe.example/zfxxgknb/ is not"),
    ({"scheme": "ftp"}, "scheme: cannot be 'ftp'; give http or https"),
    ({"exceptions": {"other.example": {"ip": 4}}}, "exceptions: other.example is on none of the hosts"),
    ({"exceptions": {"qinghe.example": {"ip": 5}}}, "exceptions: ip cannot be 5"),
    ({"exceptions": {"qinghe.example": {"tls": "none"}}}, "exceptions: tls cannot be 'none'"),
    ({"exceptions": {"qinghe.example": {"cookies": "yes"}}}, "exceptions: cookies cannot be 'yes'"),
    ({"exceptions": {"qinghe.example": {"redner": "browser"}}}, "exceptions: unknown key redner; did you mean render?"),
    ({"exceptions": {"qinghe.example": None}}, "exceptions: cannot be None"),
    ({"exceptions": ["qinghe.example"]}, "exceptions: cannot be ['qinghe.example']"),
    ({"exceptions": {"gov.cn": {"ip": 4}}}, "exceptions: gov.cn is shared by many sites"),
    ({"expect": {"agencies": 0}}, "expect: agencies cannot be 0"),
    ({"expect": {"agencies": True}}, "expect: agencies cannot be True"),
    ({"expect": {"since": 2007}}, "expect: since cannot be 2007"),
    ({"expect": {"sinse": 2008}}, "expect: unknown key sinse; did you mean since?"),
    ({"expect": 40}, "expect: cannot be 40"),
    ({"note": 4}, "note: cannot be 4"),
    ({"note": "two\nlines"}, "note: cannot be 'two\\nlines'"),
    ({"delay": 4}, "delay: unknown key; the keys are id, name"),
    ({"divison_code": "130400"}, "divison_code: unknown key; did you mean division_code?"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_wrong_entries_name_file_entry_key_and_cure(tmp_path: Path, change: dict, message: str) -> None:
    written(tmp_path, CITY, {**GOOD, **change})
    found = problems(tmp_path)
    named = change.get("id", GOOD["id"])
    assert [line for line in found if line.startswith(f"hebei.yaml: entry 2{f' ({named})' if named else ''}: ") and message in line], found
    assert all("; " in line for line in found)
    with pytest.raises(PortalFileError, match=r"hebei\.yaml: entry 2"):
        portals.load(tmp_path)


def test_all_problems_are_found_at_once(tmp_path: Path) -> None:
    written(tmp_path, {**GOOD, "level": "city", "hosts": ["gov.cn"]}, {**CITY, "family": "wordpress"})
    assert len(problems(tmp_path)) == 3
    with pytest.raises(PortalFileError, match=r"and 2 more: scrapy checkportals"):
        portals.load(tmp_path)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("hebei", {"level": "province", "name": "河北省", "division_code": "130000"}),
        ("hebei", {"level": "county", "name": "邯郸市丛台区", "division_code": "130403"}),
        ("hebei", {"level": "township", "name": "丛台区青禾镇", "division_code": "130403"}),
        ("hebei", {"level": "county", "name": "邯郸经济技术开发区"}),  # a zone has no code of its own
        ("sichuan", {"level": "prefecture", "name": "凉山州", "division_code": "513400"}),
        ("guangdong", {"level": "township", "name": "中山市青禾镇", "division_code": "442000"}),  # a city without counties
        ("guizhou", {"level": "county", "name": "水城县", "division_code": "520221"}),  # a code of before 2020
        ("bingtuan", {"name": "新疆生产建设兵团青禾局", "division_code": None}),
        ("ministries", {"name": "青禾部", "level": "ministry", "division_code": None}),
        ("hebei", {"hosts": ["8.8.8.8"], "listings": ["http://8.8.8.8:8080/nb/"]}),
        ("hebei", {"status": "blocked", "note": "403 from abroad"}),  # last_ok stays: it was right once
        ("hebei", {"listings": ["http://qinghe.example/nb#1", "http://qinghe.example/nb#2"]}),  # a fragment is a column
    ],
)
def test_right_entries(tmp_path: Path, file: str, change: dict) -> None:
    assert problems(written(tmp_path, {**GOOD, **change}, file=file)) == []


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("hebei", {"level": "county", "name": "邯郸市"}, "is a prefecture, not a county"),  # no zone
        ("hebei", {"level": "township", "name": "河北省", "division_code": "130000"}, "is a province, not a township"),
        ("ministries", {"level": "department"}, "only ministries stand in ministries.yaml"),
        ("ministries", {"level": "ministry"}, "a ministry has none in GB/T 2260; write `division_code: null`"),
        ("bingtuan", {}, "the Corps has none in GB/T 2260"),
        ("bingtuan", {"level": "ministry"}, "move the entry to ministries.yaml"),
    ],
)
def test_level_code_and_file_go_together(tmp_path: Path, file: str, change: dict, message: str) -> None:
    (line,) = problems(written(tmp_path, {**GOOD, **change}, file=file))
    assert message in line


# ------------------------------------------------------------------------------------------------ files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("portals: 3", "must hold a list under the key portals"),
        ("portals: []", "must hold a list under the key portals"),
        ("[]", "must hold a list under the key portals"),
        ("", "must hold a list under the key portals"),
        ("portals: [3]", "entry 1: must be a mapping"),
        ("a: [", "cannot be read: line 1: "),
        ("portals: [{id: x}]", "entry 1 (x): name: is missing"),
        ("portals:\n  - id: x\n    id: y\n", "cannot be read: line 3: the key id stands twice in one entry"),
        ("portals: !!python/object:os.system {}", "cannot be read: line 1: "),
        ("portals: " + "[" * 5000, "cannot be read: "),
    ],
)
def test_wrong_files(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "hebei.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PortalFileError, match=r"hebei\.yaml: ") as caught:
        portals.load(tmp_path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "hebei.yaml").write_bytes("portals: [邯郸]".encode("gb18030"))
    assert "cannot be read" in problems(tmp_path)[0]


def test_a_second_key_at_the_top_is_a_lost_indent(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD) / "hebei.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "expect: {since: 2010}\n", encoding="utf-8")
    assert problems(tmp_path) == ["hebei.yaml: unknown key expect; only portals stands at the left margin; indent what belongs to an entry"]


@pytest.mark.parametrize("name", ["hebie.yaml", "hebei.yml", "河北.yaml", "Hebei.yaml"])
def test_a_file_that_would_be_overlooked_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("portals: []", encoding="utf-8")
    (line,) = problems(tmp_path)
    assert line.startswith(f"{name}: is not the name of a province's file; name it one of beijing.yaml")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(PortalFileError, match="is no folder"):
        portals.load(tmp_path / "none")


# ------------------------------------------------------------------------------------------------ between entries


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, {**MINISTRY, "id": GOOD["id"], "listings": ["http://x.qinghe.example/"]}, file="ministries")
    assert problems(tmp_path) == [
        "ministries.yaml: entry 1 (qinghe-mzj): id: qinghe-mzj stands in hebei.yaml, entry 1 (qinghe-mzj) too; "
        "give the portal an id of its own"
    ]


def test_a_listing_belongs_to_one_portal(tmp_path: Path) -> None:
    written(tmp_path, GOOD, {**CITY, "listings": ["http://x.qinghe.example/", "https://qinghe.example/zfxxgknb"]})
    (line,) = problems(tmp_path)
    assert "entry 2 (qinghe): listings: qinghe.example/zfxxgknb stands in hebei.yaml, entry 1 (qinghe-mzj) too" in line


def test_a_host_needs_the_same_wherever_it_stands(tmp_path: Path) -> None:
    written(tmp_path, {**GOOD, "exceptions": {"qinghe.example": {"ip": 4}}}, {**CITY, "exceptions": {"qinghe.example": {"ip": 6}}})
    (line,) = problems(tmp_path)
    assert "entry 2 (qinghe): exceptions: qinghe.example needs something else in hebei.yaml, entry 1 (qinghe-mzj)" in line
    same = {"exceptions": {"qinghe.example": {"ip": 4}}}
    assert problems(written(tmp_path, {**GOOD, **same}, {**CITY, **same})) == []


@pytest.mark.parametrize(
    "other",
    [
        "https://qinghe.example/zfxxgk/nb/",
        "http://www.qinghe.example/zfxxgk/nb/index.html",
        "http://www.qinghe.example/zfxxgk/nb/index.shtml",
        "HTTP://WWW.QINGHE.EXAMPLE:80/zfxxgk/nb",
        "https://www.qinghe.example:443/zfxxgk/nb/default.aspx",
    ],
)
def test_same_address(other: str) -> None:
    assert same_address(other) == same_address("http://www.qinghe.example/zfxxgk/nb/")


@pytest.mark.parametrize(
    "other",
    [
        "http://www.qinghe.example/zfxxgk/nb/index_1.html",
        "http://www.qinghe.example/zfxxgk/nb/?type=3",
        "http://www.qinghe.example/zfxxgk/nb#2629",
        "http://www.qinghe.example:8080/zfxxgk/nb/",
        "http://czj.qinghe.example/zfxxgk/nb/",
        "http://www.qinghe.example/zfxxgk/",
    ],
)
def test_another_address(other: str) -> None:
    assert same_address(other) != same_address("http://www.qinghe.example/zfxxgk/nb/")


def test_the_order_of_a_query_does_not_count() -> None:
    assert same_address("http://a.example/l?type=3&action=list") == same_address("http://a.example/l?action=list&type=3")


def test_shared_suffixes() -> None:
    assert all(map(is_shared, ("cn", "gov.cn", "com.cn", "org.cn", "bj.cn", "github.io")))
    assert not any(map(is_shared, ("hebei.gov.cn", "hd.gov.cn", "qinghe.com.cn", "qinghe.example")))


HTTP_ONLY = Portal("qinghe", "青禾市", "prefecture", None, ("http://qinghe.example/",), ("qinghe.example",), scheme="http")


@given(st.text())
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    for url in (text, f"http://{text}", f"http://qinghe.example/{text}"):
        host = host_of(url)
        assert host is None or host == host.lower()
        if host is not None:
            assert same_address(url) == same_address(same_scheme := HTTP_ONLY.with_scheme(url))
            assert HTTP_ONLY.allows(same_scheme) == HTTP_ONLY.allows(url)
        assert host is not None or not HTTP_ONLY.allows(url)


# ------------------------------------------------------------------------------------------------ selection


OTHER = {**CITY, "status": "unverified", "last_ok": None, "id": "off"}


def test_select(tmp_path: Path) -> None:
    known = portals.load(written(tmp_path, GOOD, OTHER))
    assert [portal.id for portal in portals.select(None, known)] == ["qinghe-mzj"]
    assert [portal.id for portal in portals.select("all", known)] == ["qinghe-mzj"]
    assert [portal.id for portal in portals.select("off,qinghe-mzj", known)] == ["off", "qinghe-mzj"]
    assert [portal.id for portal in portals.select(" off , off,", known)] == ["off"]
    for wrong in ("nowhere", "off,nowhere", ",", ""):
        with pytest.raises(ConfigurationError, match=r"no portal (?:nowhere|',|'')"):
            portals.select(wrong, known)
    for word in ("samples", "all"):
        with pytest.raises(ConfigurationError, match=f"give -a portal={word} alone"):
            portals.select(f"off,{word}", known)
    with pytest.raises(ConfigurationError, match=r"none of the 0 portals .* is enabled"):
        portals.select(None, ())


@pytest.mark.parametrize("given", ["hebei", "河北", "河北省", "130000", " Hebei "])
def test_select_province(tmp_path: Path, given: str) -> None:
    written(tmp_path, GOOD, OTHER)
    known = portals.load(written(tmp_path, {**MINISTRY, "listings": ["http://bu.qinghe.example/"]}, file="ministries"))
    assert [portal.id for portal in portals.select(None, known, given)] == ["qinghe-mzj"]
    assert [portal.id for portal in portals.select(None, known, "ministries")] == ["qinghebu"]
    with pytest.raises(ConfigurationError, match=r"none of the 0 portals of 河南 in .*/henan\.yaml is enabled"):
        portals.select(None, known, "henan")
    with pytest.raises(ConfigurationError, match="give one of -a portal= and -a province="):
        portals.select("off", known, given)


@pytest.mark.parametrize("given", ["青禾省", "", "hebie", "990000", "130400", "吉林市"])
def test_an_unknown_province_lists_the_known_ones(given: str) -> None:
    with pytest.raises(ConfigurationError, match=r"no province .*; known are beijing \(北京\), .*ministries \(国务院\)"):
        portals.select(None, (), given)


def test_short_names_of_provinces() -> None:
    assert [area_of(name) for name in ("内蒙古", "广西壮族自治区", "陕西", "山西", "吉林", "重庆", "兵团", "国务院")] == [
        "neimenggu", "guangxi", "shaanxi", "shanxi", "jilin", "chongqing", "bingtuan", "ministries",
    ]  # fmt: skip


def test_from_listing() -> None:
    portal = portals.from_listing("http://www.yunxi.example:8080/col/col1/index.html")
    assert (portal.id, portal.hosts, portal.status) == ("www-yunxi-example", ("yunxi.example",), None)
    for wrong in ("", "yunxi.example", "file:///etc/passwd", "http://", "http://[x", "http://yunxi.example:port/"):
        with pytest.raises(ConfigurationError, match="is not a web address"):
            portals.from_listing(wrong)


def test_pinned_families_exist() -> None:
    assert {portal.family for portal in portals.load()} <= {None, *families()}
