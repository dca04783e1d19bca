"""Articles in their chrome: page folders, then what single pages forced."""

import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import page
from extract.errors import NotReport, Rejected, TooLarge, Unparsed
from extract.model import Article, Entry, Grid, Page, Paragraph
from extract.page import dates, metadata
from tests import render
from tests.shared import shared

FOLDERS = sorted(path.parent for path in (Path(__file__).parent.parent / "pages").glob("*/article.yaml"))
URL = "http://www.qinghe.example/xxgk/nb/202201/index_t.html"
PROSE = "2021年，全市各级行政机关主动公开政府信息1234条，收到政府信息公开申请5件，均已按时办结。" * 5


def read(markup: str, url: str = URL, entry: Entry | None = None, original: str | None = None) -> Article:
    return page.read(markup, Page(b"", url, entry=entry or Entry()), original)


def texts(article: Article) -> list[str]:
    return [block.text for block in article.blocks if isinstance(block, Paragraph)]


def folder(path: Path) -> tuple[Article, dict]:
    expected = yaml.safe_load((path / "article.yaml").read_text("utf-8"))
    return read(next(path.glob("page.*")).read_text("utf-8")), expected


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_metadata_of_the_page(path):
    article, expected = folder(path)
    names = [name for name in expected if hasattr(article.metadata, name) and name != "fields"]
    assert {name: getattr(article.metadata, name) for name in names} == {name: expected[name] for name in names}
    if "fields" in expected:
        assert [list(pair) for pair in article.metadata.fields] == expected["fields"]


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_article_of_the_page(path):
    article, expected = folder(path)
    paragraphs = texts(article)
    grids = [block for block in article.blocks if isinstance(block, Grid) and not block.flat]
    flat = [block for block in article.blocks if isinstance(block, Grid) and block.flat]
    assert article.container == expected.get("container", article.container)
    assert len(paragraphs) == expected.get("paragraphs", len(paragraphs)), paragraphs
    assert paragraphs[0] == expected.get("first", paragraphs[0])
    assert paragraphs[-1] == expected.get("last", paragraphs[-1])
    shapes = [[len(grid.rows), max(cell.column + cell.column_span for row in grid.rows for cell in row)] for grid in grids]
    assert shapes == expected.get("grids", shapes)
    ends = [[len(grid.rows), grid.rows[0][0].text, grid.rows[-1][-1].text] for grid in flat]
    assert ends == expected.get("flat", ends)
    headings = [block.text for block in article.blocks if isinstance(block, Paragraph) and block.heading]
    assert headings == expected.get("headings", headings)
    everything = "\n".join(paragraphs + [cell.text for grid in (*grids, *flat) for row in grid.rows for cell in row])
    assert [word for word in expected.get("without", []) if word in everything] == []
    assert [word for word in expected.get("contains", []) if word not in paragraphs] == []
    if "attachments" in expected:
        assert [[file.url, file.kind] for file in article.attachments] == expected["attachments"]
    assert list(article.more_pages) == expected.get("more_pages", [])


# ------------------------------------------------------------------------------------------------ metadata


@pytest.mark.parametrize(
    "bar",
    [
        "<table><tr><th>索引号</th><td>QH-1/2022</td><th>文号</th><td></td><th>发布日期</th><td>2022-01-05</td></tr></table>",
        "<ul><li><span>索 引 号：</span>QH-1/2022</li><li>文　号：</li><li>发布日期：2022年01月05日</li></ul>",
        "<dl><dt>索引号</dt><dd>QH-1/2022</dd><dt>文号</dt><dd></dd><dt>发布日期</dt><dd>2022/1/5</dd></dl>",
        "<p><strong>索引号</strong>：QH-1/2022</p><p><strong>文号</strong>：无</p><p><strong>发布日期</strong>：2022-01-05</p>",
        "<div>索引号：QH-1/2022　文号：　发布日期：2022.01.05　浏览次数：25</div>",
        "<div>[索引号] QH-1/2022</div><div>[文号]</div><div>[发布日期] 2022-01-05 10:30</div>",
        "<div><div class='k'>索引号</div>\n<div class='v'>QH-1/2022</div></div><div><div>发布日期</div>\n <div>2022-01-05</div></div>",
    ],
    ids=["th/td", "li", "dt/dd", "strong", "one line", "brackets", "divs"],
)
def test_bars_of_all_shapes_say_the_same(bar):
    found = read(f"<html><body>{bar}<div id='zoom'><p>{PROSE}</p></div></body></html>").metadata
    assert (found.index_number, found.document_number, found.published_on) == ("QH-1/2022", None, date(2022, 1, 5))
    assert found.published_by_rule == "visible"


def test_bar_inside_the_container_is_metadata_and_no_prose():
    article = read(f"<p align=center>青禾市2021年政府信息公开年度报告</p><p>发布日期：2022-01-31</p><p>{PROSE}</p>")
    assert article.metadata.published_on == date(2022, 1, 31)
    assert len(texts(article)) == 2


def test_labels_in_prose_are_no_metadata():
    article = read(f"<div id='zoom'><p>{PROSE}</p><p>来源：是指信息的来源。</p><p>日期：以公布之日为准，本年度共2022-01-05条。</p></div>")
    assert article.metadata.fields == ()
    assert len(texts(article)) == 3


def test_order_of_trust_of_dates():
    body = f"<div id='zoom'><p>{PROSE}</p></div>"
    meta = '<meta name="PubDate" content="2022-04-01">'
    url, entry = "http://a.example/art/2022/3/2/art_1_2.html", Entry(listed_on=date(2022, 2, 1))
    seen = f"<span>发布日期：2022-01-01</span>{body}"
    found = [
        read(meta + seen, url, entry).metadata,
        read(meta + body, url, entry).metadata,
        read(meta + body, url).metadata,
        read(meta + body).metadata,
        read(body).metadata,
    ]
    assert [one.published_by_rule for one in found] == ["visible", "listing", "url", "pubdate", None]
    assert [one.published_on and one.published_on.month for one in found] == [1, 2, 3, 4, None]


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.example/zwgk/202009/t20200903_2748784.html", date(2020, 9, 3)),
        ("http://a.example/art/2020/9/3/art_123_456.html", date(2020, 9, 3)),
        ("http://a.example/govxxgk/jyj/2020-09-03/0a1b.html", date(2020, 9, 3)),
        ("http://a.example/20200903/12.html", date(2020, 9, 3)),
        ("http://a.example/202009/abc.shtml", None),
        ("http://a.example/zwgk/t20201303_1.html", None),
        ("saved:2020/nb.html", None),
    ],
)
def test_dates_in_addresses(url, day):
    assert dates.in_url(url) == day


def test_title_is_no_logo_and_no_site_name():
    head = '<title>关于公布年报的说明_青禾市人民政府网</title><meta name="SiteName" content="青禾市人民政府网">'
    page_ = f"{head}<h1><a href='/'>青禾市人民政府</a></h1><h1></h1><div id='zoom'><p>{PROSE}</p></div>"
    assert read(page_).metadata.title == "关于公布年报的说明"
    assert read(f"<div id='zoom'><p>{PROSE}</p></div>", entry=Entry(title="列表上的标题")).metadata.title == "列表上的标题"


def test_breadcrumb_and_footer_speak_where_metas_are_missing():
    article = read(f"<div id='zoom'><p>当前位置：首页 &gt; 政务公开 &gt; 年度报告</p><p>{PROSE}</p></div><p>网站标识码 9901000002</p>")
    assert (article.metadata.column, article.metadata.site_code) == ("年度报告", "9901000002")
    assert metadata.breadcrumb_end("当前位置：首页") is None


# ------------------------------------------------------------------------------------------------ attachments and further pages


def test_attachments_are_found_wherever_a_cms_names_them():
    article = read(
        f"""<div class="v_news_content"><p>{PROSE}</p><p><a href="/__local/8/91/abc.docx">附件</a>
        <a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=7">附件【年报.wps】</a></p>
        <script>showVsbpdfIframe("/__local/1/2/scan.pdf","100%");</script><iframe src="/files/view.ofd"></iframe></div>
        <div class="footer"><a href="/guide/manual.pdf">使用手册</a><a href="./P020220101.xlsx">表</a></div>"""
    )
    assert {(file.url.rpartition("/")[2][:14], file.kind) for file in article.attachments} == {
        ("abc.docx", "docx"), ("download.jsp?u", "wps"), ("scan.pdf", "pdf"), ("view.ofd", "ofd"), ("P020220101.xls", "xlsx"),
    }  # fmt: skip


def test_scans_are_attachments_only_where_there_is_no_text():
    scans = "<div id='zoom'><img src='./W020220101_1.jpg'><img src='./W020220101_2.png'><img src='/images/icon.png'></div>"
    assert [file.kind for file in read(scans + "<p>x</p>").attachments] == ["image", "image"]
    assert read(scans.replace("<img", f"<p>{PROSE}</p><img")).attachments == ()


def test_pager_of_a_list_is_no_further_page():
    for call in (
        'createPageHTML(21, 0, "index", "html")',
        "createPageHTML('page_div', 5, 1, 'fg', 'shtml', 89)",
        'createPageHTML(1,0,"t2022_1","shtml")',
    ):
        assert read(f"<div id='zoom'><p>{PROSE}</p></div><script>{call}</script>").more_pages == ()


def test_next_link_of_the_same_name_is_a_further_page():
    markup = f"<div id='zoom'><p>{PROSE}</p></div><a href='post_12_2.html'>下一页</a><a href='post_13.html'>下一页</a>"
    assert read(markup, "http://a.example/content/post_12.html").more_pages == ("http://a.example/content/post_12_2.html",)


# ------------------------------------------------------------------------------------------------ pages that are none


@pytest.mark.parametrize(
    ("markup", "outcome"),
    [
        ("<html><title>您访问的页面不存在</title><body><p>返回首页</p></body></html>", "soft_404"),
        ("<html><script>var x='wzwschallenge';</script></html>", "challenge:wzws"),
        ('<html><body><script>document.cookie="C3VK=abc";</script></body></html>', "challenge:c3vk"),
        ("<html><script>$_ts=window['$_ts'];</script></html>", "challenge:412"),
        ("<html><body>请输入验证码下载附件<img src='createimage.jsp'></body></html>", "blocked:captcha"),
        ("<html><script>window.location.href='./2022/';</script></html>", "js_redirect"),
        ("<html><head><meta http-equiv='refresh' content='0;url=./'></head></html>", "js_redirect"),
        ("<html><body><div id=\"app\"></div><script src='/static/js/app.1a.js'></script></body></html>", "js_only"),
        ("<html><body><script>render()</script></body></html>", "js_only"),
        ("<html><body><div></div></body></html>", "not_report"),
    ],
)
def test_what_stands_in_the_way_has_its_own_outcome(markup, outcome):
    with pytest.raises(Rejected) as caught:
        read(markup)
    assert caught.value.outcome == outcome
    assert str(caught.value)


@pytest.mark.parametrize("words", ["请输入验证码", "访问的页面不存在", "window.location.href='x'", "wzwschallenge", "$_ts="])
def test_a_report_that_mentions_an_obstacle_stays_a_report(words):
    assert read(f"<div id='zoom'><p>{PROSE}</p><p>{words}</p></div><script>location.href='x'</script>").blocks


def test_menus_are_no_article_and_short_articles_are():
    links = "".join(f"<li><a href='{n}.html'>栏目名称{n}</a></li>" for n in range(40))
    with pytest.raises(NotReport, match="navigation"):
        read(f"<html><body><ul>{links}</ul></body></html>")
    with pytest.raises(NotReport):
        read("   \n \n")
    assert read(f"<html><body><ul>{links}</ul><div id='zoom'><p>六、其他需要报告的事项</p><p>无</p></div></body></html>").blocks


# ------------------------------------------------------------------------------------------------ containers


def test_class_names_in_a_style_sheet_are_no_container():
    assert read(f"<style>.TRS_Editor{{}}</style><div class='other'><p>{PROSE}</p></div>").container.startswith("density")


def test_nearly_empty_container_gives_way():
    article = read(f"<body><div id='zoom'><p>附件</p></div><div class='real'><p>{PROSE}</p><p>{PROSE}</p></div></body>")
    assert any("1234" in text for text in texts(article))


def test_outermost_container_counts():
    markup = f"<div class='article-content'><p>第一段</p><div class='TRS_Editor'><p>{PROSE}</p></div></div>"
    assert texts(read(markup))[0] == "第一段"


# ------------------------------------------------------------------------------------------------ the text before repair


def test_originals_are_paired_by_position():
    original = "<div id='zoom'><p>創(chuàng)新</p><table><tr><td>甲</td><td>數(shù)</td></tr></table><p>" + PROSE + "</p></div>"
    repaired = original.replace("創(chuàng)", "创").replace("數(shù)", "数")
    first, grid, last = read(repaired, original=original).blocks
    assert (first.text, first.original, last.original) == ("创新", "創(chuàng)新", None)
    assert [cell.original for cell in grid.rows[0]] == [None, "數(shù)"]
    assert read(repaired, original="<div id='zoom'><p>x</p></div>").blocks[0].original is None


def test_originals_of_plain_text_and_of_flat_cells():
    lines = "主動公開政府信息數(shù) | 条 | 1 |\n收到申請數(shù) | 件 | 2 |\n申請辦結數(shù) | 件 | 2 |"
    repaired = lines.replace("(shù)", "").replace("主動公開政府信息數", "主动公开政府信息数").replace("收到申請數", "收到申请数")
    (grid,) = read(repaired, original=lines).blocks
    assert [row[0].original for row in grid.rows] == ["主動公開政府信息數(shù)", "收到申請數(shù)", "申請辦結數(shù)"]
    assert grid.rows[0][1].original is None


# ------------------------------------------------------------------------------------------------ hostile pages


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ("<div>" * 1_000_000 + PROSE + "</div>" * 1_000_000, Unparsed),
        ("<table>" + "<tr><td>1</td></tr>" * 210_000, TooLarge),
        ("<p>一</p>" * 3_000_000, TooLarge),
    ],
    ids=["a million divs", "too many cells", "too long"],
)
def test_bounds_answer_at_once(markup, error):
    start = time.process_time()
    with pytest.raises(error):
        read(markup)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("<div>", "</div>"), ("<table><tr><td>", "</td></tr></table>"), ("<table><tr><td>1</td><td>", "</td></tr></table>")],
    ids=["divs", "tables", "tables of two columns"],
)
def test_a_long_text_in_deep_wrappers_is_counted_once(opening, closing):
    depth = 1_800 // (opening.count("<") + opening.count("<t"))
    start = time.process_time()
    article = read(opening * depth + f"<p>{PROSE * 2_000}</p>" + closing * depth)
    assert time.process_time() - start < 2
    assert texts(article)[-1] == PROSE * 2_000


PIECES = [
    *"<>/=\"' &;|一二三四、1230%\n\t\u3000",
    "<td>",
    "<tr>",
    "<table>",
    "<p>",
    "<br>",
    "</td>",
    "<a href=x>",
    "索引号：",
    "<div id=zoom>",
]


@given(st.lists(st.sampled_from(PIECES), max_size=200).map("".join))
@settings(max_examples=150, deadline=None)
def test_reading_raises_nothing_but_verdicts(markup):
    with suppress(Rejected):
        read(markup)


def test_surrogates_nul_and_a_declared_encoding_do_no_harm():
    article = read(f"<?xml version='1.0' encoding='gb2312'?><html><body><p>甲\x00乙\ud800丙</p><p>{PROSE}</p></body></html>")
    assert texts(article)[0] == "甲乙?丙"


@pytest.mark.parametrize(
    "line", ["首页" + ">" * 380, "字体：" + "大" * 380 + "。", "打印" * 190 + "。", "A+" * 190, "索 引 号" * 90, "位置：" + "/" * 390]
)
def test_no_line_makes_a_pattern_run_away(line):
    start = time.process_time()
    read(f"<div id='zoom'><p>{line}</p><p>{PROSE}</p></div><p>{line}</p>")
    assert time.process_time() - start < 1


# ------------------------------------------------------------------------------------------------ real pages


@pytest.mark.parametrize("name", ["handan-list.html", "handan-detail.html"])
def test_real_pages_without_an_article(name):
    with pytest.raises(NotReport, match="navigation only"):
        read(shared(f"real/{name}").read_text("utf-8"))


def test_real_article_in_its_chrome():
    article = read(shared("real/shanxi-gov.html").read_text("utf-8"))
    assert article.metadata.site_code == "1400000045"
    assert article.metadata.published_on == date(2019, 9, 18)
    assert 5 < len(article.blocks) < 12


def test_real_fragment_with_tables():
    article = read(shared("real/shanghai-go-2019.html").read_text("utf-8"))
    shapes = [(len(block.rows), sum(map(len, block.rows))) for block in article.blocks if isinstance(block, Grid)]
    assert [rows for rows, _ in shapes] == [18, 26, 4]
    head = next(block for block in article.blocks if isinstance(block, Grid)).rows
    assert [(cell.text, cell.column, cell.column_span) for cell in head[1]] == [
        ("信息内容", 0, 1),
        ("本年新制作数量", 1, 1),
        ("本年新公开数量", 2, 2),
        ("对外公开总数量", 4, 1),
    ]
    assert [cell.text for cell in head[2]] == ["规章", "13", "13", "524"]
    assert article.metadata.published_on == date(2020, 1, 31)


@pytest.mark.parametrize(
    ("name", "title", "inside"),
    [
        ("archive.org.he.xinhuanet.com.25340717.html", "话剧《约定无期限》河北各市巡演结束", "感人至深"),
        ("baike.baidu.com.tanya.html", "蔡健雅", "早年经历"),
        ("banyuetan.org.1000200033136171577956287380194268_1.html", "益阳：“数字”是优长", "半月谈记者"),
        ("xinhuanet.com.c_1125597921.html", "武汉的声音：有英勇的你，才有英雄的城！", "妈妈，为什么还不能出去"),
    ],
)
def test_titles_and_bodies_of_other_sites(name, title, inside):
    body = shared(f"corpora/content/{name}").read_bytes()
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("gb18030")
    article = read(text)
    assert article.metadata.title == title
    assert any(inside in paragraph for paragraph in texts(article))


SEEDS = ["000_968e3c750d246ac5", "001_8e9574ec8ccec614", "003_50d56351dc5d4c88", "004_918604378532686b"]


def flattened(article: Article) -> str:
    parts = [
        block.text if isinstance(block, Paragraph) else "".join(cell.text for row in block.rows for cell in row) for block in article.blocks
    ]
    return "".join("".join(parts).split())


RENDERINGS = [(name, markup) for name in SEEDS for markup in ("editor", "breaks")] + [
    (SEEDS[1], "tables")
]  # whose rows stand on a line each


@pytest.mark.parametrize(("name", "markup"), RENDERINGS)
def test_seeds_say_the_same_in_every_markup(name, markup):
    text = shared(f"seeds/{name}.txt").read_text("utf-8")
    lines = text.split("\n")
    plain, rendered = read(text), read(render.page(lines, markup, "utf-8", "utf-8").decode())
    assert flattened(rendered) == flattened(plain)
    if markup != "tables":
        assert [type(block) for block in rendered.blocks] == [type(block) for block in plain.blocks]
        assert texts(rendered) == texts(plain)


def test_metadata_bar_of_a_seed():
    found = read(shared("seeds/002_1b2cf31f3f3505a3.txt").read_text("utf-8")).metadata
    assert (found.index_number, found.source, found.published_on) == ("008490032/2018-00206", "市政府办公室", date(2018, 3, 5))
    assert found.document_number is None
