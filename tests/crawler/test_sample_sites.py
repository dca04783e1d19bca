"""The sample sites: they load, a wrong one is refused by name, every row is there, and the server keeps the conditions they state."""

import gzip
import http.client
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import pytest
import yaml
from lxml import html

from crawler import samples
from crawler.samples import sites
from crawler.samples.server import Asked
from crawler.samples.sites import checking
from extract import extract
from extract.data.divisions import gazetteer, short_names
from extract.model import Page

ROOT = Path(__file__).parents[2]
ALL = sites.load()
BY_ID = {site.id: site for site in ALL}
OUTCOMES = {
    *(
        "ok",
        "not_report",
        "needs_ocr",
        "js_only",
        "js_redirect",
        "robots_denied",
        "unreachable",
        "timeout",
        "soft_404",
        "shell",
        "forbidden",
    ),
    *(
        "throttled",
        "redirect_loop",
        "blocked:captcha",
        "challenge:412",
        "challenge:521",
        "challenge:wzws",
        "challenge:eo",
        "challenge:c3vk",
    ),
}
FAMILIES = {
    *("trs", "ucap", "hanweb_jpage", "hanweb_jpaas", "hanweb_xxgk", "truecms", "vsb", "gkmlpt", "nfcms", "lonsun", "epoint", "huilan"),
    *("jeecms", "siteserver", "powereasy", "dedecms", "empirecms", "numeric_dir", "aspnet", "generic"),
}


class Answered:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """Asks a served site, by its host name and without any resolver."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, url: str, method: str = "GET", body: str | None = None, **headers: str) -> Answered:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            path = quote(parts.path, safe="/%.;=") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body, {"Host": f"{parts.hostname}:{self.port}", **headers})
            return Answered(connection.getresponse())
        finally:
            connection.close()

    def post(self, url: str, **form: str) -> Answered:
        return self(url, "POST", urlencode(form), **{"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, url: str, value: object) -> Answered:
        return self(url, "POST", json.dumps(value), **{"Content-Type": "application/json"})


@pytest.fixture
def ask():
    """Every site, freshly served: what was asked before does not count."""
    with samples.serve(sites=ALL) as served:
        yield Client(served.port)


# ------------------------------------------------------------------------------------------------ what there is


def test_every_family_shape_and_obstacle_has_a_site():
    assert {site.family for site in ALL} - {None} == FAMILIES
    assert {site.expect.outcome for site in ALL} | {row.outcome for site in ALL for row in site.rows} == OUTCOMES - {"throttled"}
    assert {site.charset for site in ALL} == {"utf-8", "gb18030", "big5"}
    labels = {(route.charset, route.header, route.meta) for site in ALL for route in site.routes if route.row is None}
    assert labels >= {("gb18030", None, "gb2312"), ("gb18030", "gb2312", "gb2312"), ("gb18030", "gbk", None), ("big5", None, None)}
    assert labels >= {("gb18030", "ISO-8859-1", "gb2312"), ("utf-8", None, "gb2312"), ("utf-8", "utf-8", "utf-8")}
    sections = {int(found[1]) for site in ALL for trap in site.traps if (found := re.match(r"section (\d+), ", trap))}
    assert sections >= {*range(1, 14), 15, 16, 17}


@pytest.mark.parametrize("site", ALL, ids=lambda site: site.id)
def test_a_site_holds_what_sites_must_hold(site):
    entries = site.every_entry(80)
    assert site.traps
    assert [entry for entry in entries if entry.year], "no report"
    assert [entry for entry in entries if entry.reason], "no noise"
    assert len({entry.url for entry in entries}) == len(entries)
    assert {entry.outcome for entry in entries} <= OUTCOMES
    assert [entry.listed_on for entry in entries] == sorted((entry.listed_on for entry in entries), reverse=True)
    assert len({(entry.agency, entry.year) for entry in entries if entry.year}) == sum(bool(entry.year) for entry in entries)
    assert site.expect.incomplete or site.expect.declared in (None, site.expect.pages)
    assert (site.family is None) == (site.expect.outcome != "ok")
    portal = site.portal(8000)
    assert all(portal.allows(listing) for listing in portal.listings)


def test_nothing_in_them_exists():
    codes = [site.division_code for site in ALL]
    assert len(set(codes)) == len(codes)
    assert not {code[:2] for code in codes} - {"99"}
    assert not [site.name for site in ALL if site.name in gazetteer().by_name or site.name[:2] in short_names()]


def test_what_must_be_found_ends_where_the_walk_ends():
    assert BY_ID["forbidden"].entries(80) == ()
    assert len(BY_ID["forbidden"].every_entry(80)) == 9
    assert len(BY_ID["throttled-always"].entries(80)) == 10
    assert BY_ID["trs"].entries(80) == BY_ID["trs"].every_entry(80)
    big5 = BY_ID["base-href"].entries(80)[0]
    assert ("清疇市人民政府" in big5.title, big5.agency) == (True, "清畴市人民政府")


def test_the_guide_names_every_key():
    known = {
        key
        for keys in (checking.SITE, checking.REPORT, checking.NOISE, checking.ARTICLE, checking.ROUTE, checking.WHEN)
        for key in keys.checks
    }
    known |= {*checking.SELECTION.checks, *checking.EXPECT.checks, *checking.ATTACHMENT.checks}
    assert not [key for key in known if not re.search(rf"\b{key}\b", sites.__doc__)]


# ------------------------------------------------------------------------------------------------ a wrong site is refused

SMALL = {
    "name": "青岚县",
    "level": "county",
    "division_code": "990999",
    "listings": ["/gknb/"],
    "traps": ["section 1, a trap"],
    "pieces": {"row": "$plain_row"},
    "reports": [{"agency": "青岚县人民政府", "years": [2019, 2024]}],
    "noise": [{"title": "青岚县政府信息公开指南", "reason": "guide"}],
    "articles": {"plain": {"path": "/gknb/$number.html"}},
    "routes": [{"path": "/gknb/", "rows": {"per": 5}, "body": "$plain_listing"}],
    "expect": {"pages": 1},
}


def small(folder, **changes):
    """A small site with these keys changed, `routes__rows__per` being a key of the first route's rows."""
    content = json.loads(json.dumps(SMALL))
    for name, value in changes.items():
        *outer, last = name.split("__")
        place = content
        for key in outer:
            place = place[key] if isinstance(place, dict) else place[0][key]
        place = place if isinstance(place, dict) else place[0]
        place[last] = value
    where = folder / "green"
    where.mkdir()
    (where / "site.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return sites.site(where)


def test_a_site_is_a_folder(tmp_path):
    site = small(tmp_path)
    assert (site.id, site.host, len(site.rows)) == ("green", "green.localhost", 7)
    with samples.serve(sites=[site]) as served:
        ask = Client(served.port)
        assert len(html.fromstring(ask(site.portal(served.port).url).text).xpath("//li/a[contains(@href, '/gknb/')]")) == 5
        assert "<table" in ask(site.entries(served.port)[0].url).text


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"nmae": "x"}, "unknown key nmae"),
        ({"name": None}, "name is missing"),
        ({"level": "village"}, "level cannot be 'village'"),
        ({"division_code": "110000"}, "division_code cannot be"),
        ({"bytes": "latin-1"}, "bytes cannot be"),
        ({"traps": ["a trap of no section"]}, "traps cannot be"),
        ({"pieces__row": "$('#x')"}, "pieces cannot be"),
        ({"pieces__title": "x"}, "pieces: title is the name of a value"),
        ({"reports__years": [2024, 2019]}, "reports 1: years cannot be"),
        ({"reports__as": "long"}, "reports 1: as: there is no article long"),
        ({"noise__title": ""}, "noise 1: title is missing"),
        ({"articles__plain__path": "gknb.html"}, "articles plain: path cannot be"),
        ({"articles__plain__path": "/$nowhere.html"}, "there is no name 'nowhere'"),
        ({"articles__plain__attachments": {"doc": {"form": "docx"}}}, "articles plain: attachments doc: path is missing"),
        ({"articles__plain__attachments": {"doc": {"path": "/a/b.doc", "link": "./b.doc"}}}, "attachments: the link ./b.doc"),
        ({"routes__path": "/{page:[}"}, "routes 1: path cannot be"),
        ({"routes__rows__pre": 5}, "routes 1: rows: unknown key pre"),
        ({"routes__when": {"method": "PUT"}}, "routes 1: when: method cannot be 'PUT'"),
        ({"routes__gzip": True}, "routes 1: gzip cannot be True"),
        ({"expect__pages": -1}, "expect: pages cannot be -1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_site_is_refused_with_file_and_key(tmp_path, change, named):
    with pytest.raises(sites.SampleSiteError) as error:
        small(tmp_path, **change)
    assert str(error.value).startswith(f"{tmp_path}/green/site.yaml: ")
    assert named in str(error.value)


def test_a_file_with_a_lone_dollar_sign_is_refused(tmp_path):
    (tmp_path / "listing.html").write_text("<script>$('#x')</script>", encoding="utf-8")
    (tmp_path / "site.yaml").write_text(yaml.safe_dump(SMALL, allow_unicode=True), encoding="utf-8")
    with pytest.raises(sites.SampleSiteError, match=r"listing\.html: a dollar sign of the page's own is written"):
        sites.site(tmp_path)


def test_a_file_that_is_no_yaml_and_an_id_that_is_not_there(tmp_path):
    (tmp_path / "site.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(sites.SampleSiteError, match=r"site\.yaml: cannot be read"):
        sites.site(tmp_path)
    with pytest.raises(sites.SampleSiteError, match="no sample site nowhere: there are agency-hub"):
        sites.load("trs", "nowhere")


# ------------------------------------------------------------------------------------------------ everything is served


def holes(value) -> list[str]:
    """The words that the patterns of a condition name."""
    if isinstance(value, dict):
        return [name for inner in value.values() for name in holes(inner)]
    return re.findall(r"\{([a-z]+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", str(value))


def words(route, page: int, row) -> dict[str, str]:
    """Words that a request for this page of the row's list would bring."""
    when = route.when
    names = [*route.path.groupindex, *(name for value in (when.query, when.form, when.params, when.json) for name in holes(value))]
    found = dict.fromkeys(names, "1")
    for selection in route.rows.values():
        wanted = {selection.page: str(page), selection.per: "20", selection.first: "1", selection.last: "500"}
        found |= {name[1:]: value for name, value in wanted.items() if isinstance(name, str)}
        found |= {name[1:]: row.values[key] for key, name in selection.where.items() if str(name).startswith("$")}
    return found


@pytest.mark.parametrize("site", ALL, ids=lambda site: site.id)
def test_every_route_can_be_filled_in_and_every_row_is_on_a_page(site):
    session, found = sites.Session(site), set()
    asked = Asked("GET", site.host, 80, "/", "", {})
    for route in (route for route in site.routes if route.row is None):
        lists = {json.dumps(words(route, page, row)): words(route, page, row) for row in site.rows for page in range(9)}
        answers = [session.rendered(route, asked, one) for one in lists.values()]
        assert any(answers) or route.rows, route.path.pattern
        found |= {plain(answer.body, site) for answer in answers if answer}
    text = "\n".join(found)
    limit = site.expect.found if site.expect.declared else None
    missing = [row.link for row in site.rows[:limit] if row.link.replace("$port", "80") not in text]
    assert not missing or site.expect.outcome != "ok", missing


def plain(body: bytes, site) -> str:
    """The text of an answer with its own escapes undone: JSON in HTML, HTML in JSON."""
    body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    text = body.decode(site.charset, "ignore") + body.decode("utf-8", "ignore")
    return text.replace("\\/", "/").replace("&amp;", "&").replace(" ./", "./")


@pytest.mark.parametrize("site", ALL, ids=lambda site: site.id)
def test_every_row_and_every_file_is_served(site):
    session = sites.Session(site)
    for entry in site.every_entry(80):
        for url, outcome in ((entry.url, entry.outcome), *entry.attachments.items()):
            parts = urlsplit(url)
            if not parts.hostname.endswith(site.host):
                assert outcome == "unreachable"
                continue
            answer = session.answer(Asked("GET", parts.hostname, 80, parts.path, parts.query, {}))
            assert answer.status == 200 or outcome != "ok" or site.id == "throttled", url
            assert answer.body or answer.status != 200, url
        whole = answer if entry.attachments else session.answer(Asked("GET", parts.hostname, 80, parts.path, parts.query, {}))
        if entry.year and entry.outcome == "ok" and not entry.attachments and b"<html" in whole.body.lower():
            assert "编制本报告" in plain(whole.body, site) or "編制本報告" in plain(whole.body, site), entry.url


@pytest.mark.parametrize(
    "name", ["numeric-dir", "meta-refresh", "dates", "scanned", "bom", "wrong-charset", "huilan-old", "powereasy", "vsb", "nfcms"]
)
def test_links_lead_where_the_rows_are(ask, name):
    """A walk over 下一页 as a reader does it, over HTTP: every row is met, by an address that resolves to its own."""
    site = BY_ID[name]
    url, met, pages = site.portal(ask.port).url, set(), 0
    while url and pages < 9:
        answer = ask(url)
        page = html.fromstring(answer.body.decode("utf-8-sig" if site.charset == "utf-8" else site.charset))
        refresh = re.search(r"URL='(\S+)'", answer.text) if len(answer.body) < 200 else None
        links = {link.text_content().strip(): urljoin(url, link.get("href").strip()) for link in page.iter("a")}
        met |= set(links.values())
        url = urljoin(url, refresh[1]) if refresh else links.get("下一页") or links.get("下页")
        pages += not refresh
    assert pages == site.expect.pages
    assert {entry.url for entry in site.entries(ask.port)} <= met


def test_what_an_article_and_its_files_say(ask):
    entry = next(entry for entry in BY_ID["trs"].entries(ask.port) if entry.year == 2018 and entry.attachments)
    (file,) = entry.attachments
    body = ask(file).body
    report = extract(Page(body, file)).reports[0]
    assert (report.document.agency.name, report.document.year) == (entry.agency, entry.year)
    assert body[:4] == b"PK\x03\x04"
    wps = next(iter(next(one for one in BY_ID["trs"].entries(ask.port) if one.year == 2016 and one.attachments).attachments))
    assert (ask(wps).body[:5], wps[-4:]) == (b"{\\rtf", ".wps")


def test_a_long_article_stands_on_several_pages(ask):
    entry = next(entry for entry in BY_ID["trs"].entries(ask.port) if (entry.agency, entry.year) == ("青岚市人民政府", 2014))
    parts = [ask(entry.url.replace(".html", f"{part}.html")).body.decode("gb18030") for part in ("", "_1", "_2")]
    assert [re.findall(r"createPageHTML\((\d+), (\d)", part) for part in parts] == [[("3", "0")], [("3", "1")], [("3", "2")]]
    assert ["统计表" in part for part in parts] == [False, False, True]
    assert ask(entry.url.replace(".html", "_3.html")).status == 404


# ------------------------------------------------------------------------------------------------ conditions


def test_the_host_header_decides_who_answers():
    with samples.serve(agencies=1, years=range(2020, 2021)) as world:
        assert Client(world.port)("trs.localhost/zwgk/zfxxgk/xxgknb/").status == 404
        assert Client(world.port)("127.0.0.1/qinghe/zwgk/zfxxgknb/").status == 200
    with samples.serve(sites=sites.load("trs", "county-page")) as served:
        ask = Client(served.port)
        assert ask("trs.localhost/zwgk/zfxxgk/xxgknb/").status == 200
        assert ask("county-page.localhost/zwgk/zfxxgk/xxgknb/").status == 404
        assert ask("127.0.0.1/zwgk/zfxxgk/xxgknb/").status == 404
        other = next(entry.url for entry in served.sample_sites[1].entries(served.port) if "//mzj." in entry.url)
        assert (ask(other).status, ask(other.replace("mzj.", "")).status) == (200, 404)
        assert [one.host for one in served.asked][:2] == ["trs.localhost", "county-page.localhost"]


def test_bytes_and_labels(ask):
    first = ask("wrong-charset.localhost/zfxxgk/gknb/index.html")
    assert first.headers["Content-Type"] == "text/html; charset=ISO-8859-1"
    assert "兰汀县人民政府" in first.body.decode("gb18030")
    second = ask("wrong-charset.localhost/zfxxgk/gknb/index_2.html")
    assert (second.headers["Content-Type"], "兰汀县" in second.body.decode("gb18030")) == ("text/html; charset=utf-8", True)
    assert ask("bom.localhost/zfxxgk/gknb/").body[:3] == b"\xef\xbb\xbf"
    assert "清疇市人民政府" in ask("base-href.localhost/zwgk/gkbg").body.decode("big5")
    silent, told = ask("gzip-unasked.localhost/zfxxgk/gknb/"), ask("hanweb-jpage-encrypted.localhost/col/col1410/index.html")
    assert (silent.body[:2], silent.headers["Content-Encoding"]) == (b"\x1f\x8b", None)
    assert (told.body[:2], told.headers["Content-Encoding"]) == (b"\x1f\x8b", "gzip")


def test_record_services_go_by_what_their_host_goes_by(ask):
    def numbers(answer: Answered) -> list[str]:
        return re.findall(r"/art/[^\"]*", answer.body.decode("gb18030", "replace"))

    known = {"columnid": "12377", "unitid": "38486", "webname": "%E4%BA%91%E6%A0%96"}
    url = "hanweb-jpage.localhost/module/web/jpage/dataproxy.jsp?startrecord={}&endrecord={}&perpage=15"
    assert len(numbers(ask.post(url.format(46, 90), **known))) == 18
    assert numbers(ask.post(url.format(46, 90), **{**known, "unitid": "1"})) == []
    assert numbers(ask(url.format(1, 15) + "&columnid=12377&unitid=38486")) == numbers(ask.post(url.format(1, 15), **known))
    other = "hanweb-jpage-page.localhost/module/jpage/dataproxy.jsp?startrecord=46&endrecord=90&perpage=15"
    first = numbers(ask.post(other, columnid="3051"))
    assert (len(first), first == numbers(ask.post(other, columnid="3051", page="1"))) == (15, True)
    assert len(numbers(ask.post(other, columnid="3051", page="4"))) == 57 - 45
    deep = ask.post("hanweb-jpage-encrypted.localhost/module/web/jpage/dataproxy.jsp?startrecord=46&endrecord=90&perpage=15")
    assert len(deep.body) == 54


def test_publish_server_wants_a_referer_and_reads_the_page_from_param_json(ask):
    url = "hanweb-jpaas.localhost/api-gateway/jpaas-publish-server/front/page/build/unit?"
    page = ask("hanweb-jpaas.localhost/zwgk/gknb/index.html").text
    query = json.loads(re.search(r"queryData=\"(\{.*?\})\"", page)[1].replace("'", '"'))
    referer = {"Referer": "http://hanweb-jpaas.localhost/zwgk/gknb/index.html"}

    def links(**more: str) -> list[str]:
        return re.findall(r'href="([^"]+)"', ask(url + urlencode({**query, **more}), **referer).json["data"]["html"])

    second = links(editType="null", paramJson='{"pageNo":2,"pageSize":15}')
    assert ask(url + urlencode(query)).status == 403
    assert (links(pageNo="2") == links(), links() == second, len(second)) == (True, False, 15)
    assert links(paramJson='{"pageNo":9,"pageSize":15}') == []


def test_jsonp_wants_a_referer_and_few_rows_a_page(ask):
    url = "truecms.localhost/TrueCMS/messageController/getMessage.do?startrecord=1&endrecord=15&perpage={}&columnId={}&callback=cb"
    column = "3f1c2a60-8b7d-4e55-9c0a-51d2e6f7a8b9"
    referer = {"Referer": "http://truecms.localhost/slsrmzf/xxgknb/xxgknb.html"}
    assert ask(url.format(15, column)).status == 404
    answer = ask(url.format(50, column), **referer).text
    assert json.loads(answer.removeprefix("cb(").removesuffix(")"))["result"].count("<record>") == 15
    assert "<record>" not in ask(url.format(100, column), **referer).text


def test_the_apis_count_their_pages_each_in_their_own_way(ask):
    def row_ids(path: str) -> list[int]:
        return [one["id"] for one in ask("gkmlpt.localhost/gkmlpt/api/all/2629?" + path).json["articles"]]

    assert (row_ids("page=0&sid=755241") == row_ids("page=1&sid=755241"), len(row_ids("page=2&sid=755241"))) == (True, 22)
    assert row_ids("page=1&sid=1") == []
    value = {"deptcode": "001001", "categorynum": "003002", "siteGuid": "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a", "pageSize": 12}
    url = "epoint.localhost/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
    sizes = [len(ask.post_json(url, {**value, "pageIndex": page}).json["custom"]["data"]) for page in (0, 1, 2, 3)]
    assert (sizes, ask(url).json["custom"]["total"]) == ([12, 12, 8, 0], 0)
    value = {"deptcode": "0012", "categorynum": "031002", "siteGuid": "d3c1a0a2-55f0-4d5c-9e6b-0c8b5f4e1a77", "pageSize": 15}
    url = "epoint-params.localhost/EWB_YK_Mid/rest/lightfrontaction/getgovinfolist"
    sizes = [len(ask.post_json(url, {"params": {**value, "pageIndex": page}}).json["custom"]["data"]) for page in (0, 1, 2)]
    assert (sizes, ask.post_json(url, {**value, "pageIndex": 1}).json["custom"]["data"]) == ([0, 15, 13], [])


def test_a_postback_with_an_older_state_is_refused(ask):
    url = "aspnet-postback.localhost/zwgk/nbList.aspx"

    def state(answer: Answered) -> dict[str, str]:
        page = html.fromstring(answer.body.decode("gb18030"))
        return {field.get("name"): field.get("value") for field in page.iter("input") if field.get("type") == "hidden"}

    def post(fields: dict[str, str], page: int) -> Answered:
        return ask.post(url, **{**fields, "__EVENTTARGET": "ctl00$Content$AspNetPager1", "__EVENTARGUMENT": str(page)})

    first = state(ask(url))
    second = post(first, 2)
    assert (second.status, post(first, 3).status, post(state(second), 3).status) == (200, 500, 200)
    assert post({**first, "__CSRFTOKEN": ""}, 2).status == 500


def test_what_is_asked_again_is_answered_otherwise(ask):
    empty, right = ask("empty-middle.localhost/zfxxgk/gknb/index_2.html"), ask("empty-middle.localhost/zfxxgk/gknb/index_2.html")
    assert ("年度报告</a>" in empty.text, right.text.count('<li><a href="/zfxxgk/gknb/')) == (False, 10)
    later, served = ask("throttled.localhost/zfxxgk/gknb/index_2.html"), ask("throttled.localhost/zfxxgk/gknb/index_2.html")
    assert ((later.status, later.headers["Retry-After"]), served.status) == ((429, "1"), 200)
    burst = next(entry.url for entry in BY_ID["ucap-burst"].entries(ask.port) if entry.year == 2018)
    assert ["<ucaptitle>" in ask(burst).text for _ in range(3)] == [False, True, True]
    with samples.serve(sites=sites.load("throttled")) as again:
        assert Client(again.port)("throttled.localhost/zfxxgk/gknb/index_2.html").status == 429


def test_downloads_with_raw_names_and_behind_a_captcha(ask):
    files = {entry.year: next(iter(entry.attachments)) for entry in BY_ID["vsb"].entries(ask.port) if entry.attachments}
    answer = ask(files[2013])
    name = answer.headers["Content-Disposition"].encode("latin-1").decode("gb18030")
    assert (answer.body[:2], "听岚县人民政府2013年" in name) == (b"PK", True)
    assert "请输入验证码下载附件" in ask(files[2014]).text
    assert [outcome for entry in BY_ID["vsb"].entries(ask.port) for outcome in entry.attachments.values()].count("blocked:captcha") == 1


def test_redirects_with_and_without_a_cookie(ask):
    url = "http://{}.localhost:{}/zfxxgk/gknb/index.html"
    for name, status in (("redirect-loop", 302), ("cookie-redirect", 200)):
        first = ask(url.format(name, ask.port))
        assert (first.status, first.headers["Location"]) == (302, url.format(name, ask.port))
        assert ask(url.format(name, ask.port), Cookie=first.headers["Set-Cookie"].partition(";")[0]).status == status
    moved = ask("moved-host.localhost/zfxxgk/gknb/index.html").headers["Location"]
    assert moved == f"http://www.moved-host.localhost:{ask.port}/gknb"
    assert ask(ask(moved).headers["Location"]).status == 200
    private = next(entry for entry in BY_ID["private-links"].entries(ask.port) if "2022年" in entry.title and not entry.year)
    assert ask(private.url).headers["Location"].startswith("http://127.0.0.1:")


def test_obstacles_have_their_fingerprints(ask):
    for name, status, mark in (
        ("challenge-412", 412, "$_ts"),
        ("challenge-521", 521, "clearance"),
        ("challenge-wzws", 200, "wzwschallenge"),
        ("challenge-eo", 200, "EO_Bot_Ssid"),
        ("challenge-c3vk", 200, 'document.cookie="C3VK='),
        ("forbidden", 403, "403 Forbidden"),
        ("soft-404", 200, "您访问的页面不存在"),
    ):
        answer = ask(f"{name}.localhost/zfxxgk/gknb/index.html")
        assert (answer.status, mark in answer.text) == (status, True), name
    robots = {name: ask(f"{name}.localhost/robots.txt").status for name in ("robots-412", "robots-503", "robots-html", "trs")}
    assert robots == {"robots-412": 412, "robots-503": 503, "robots-html": 200, "trs": 404}


def test_answers_that_are_slow_short_or_missing(ask, tmp_path):
    with pytest.raises(http.client.IncompleteRead):
        ask("truncated.localhost/zfxxgk/gknb/index_2.html")
    assert ask("truncated.localhost/zfxxgk/gknb/index_2.html").status == 200
    with pytest.raises(http.client.RemoteDisconnected):
        ask("dropped.localhost/zfxxgk/gknb/index.html")
    site = small(tmp_path, routes__body="x" * 10, routes__drip=[2, 0.05], routes__delay=0.1)
    with samples.serve(sites=[site]) as served:
        begun = time.monotonic()
        assert Client(served.port)("green.localhost/gknb/").body == b"x" * 10
        assert time.monotonic() - begun >= 0.1 + 4 * 0.05


def test_a_server_that_drips_stops_at_once():
    with samples.serve(sites=sites.load("slow-drip")) as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=5)
        connection.request("GET", "/zfxxgk/gknb/index.html", headers={"Host": "slow-drip.localhost"})
        assert connection.getresponse().read(1) == b"<"
        begun = time.monotonic()
    connection.close()
    assert time.monotonic() - begun < 2


def test_the_command_serves_portals_and_sites():
    with subprocess.Popen([sys.executable, "-m", "crawler.samples"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            lines = dict(running.stdout.readline().rstrip("\n").split("\t")[::2] for _ in range(5 + len(ALL)))
            listing = urlsplit(lines["trs"])
            assert (listing.hostname, listing.path) == ("trs.localhost", "/zwgk/zfxxgk/xxgknb/")
            ask = Client(listing.port)
            assert (ask(lines["trs"]).status, ask(lines["sample-qinghe"]).status) == (200, 200)
        finally:
            running.terminate()


def test_every_request_is_written_down():
    with samples.serve(sites=sites.load("empirecms")) as served:
        Client(served.port)("empirecms.localhost/a/gknb/?page=1", "POST", "a=1")
        (asked,) = served.asked
    assert (asked.method, asked.path, parse_qsl(asked.query), asked.body) == ("POST", "/a/gknb/", [("page", "1")], b"a=1")
