"""Encodings: made-up pages in every way to mislabel them, the corpora, and bytes that are no text."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.decoding import decode
from extract.repair.script import traditional
from tests.shared import shared

PROSE = (
    "青禾市人民政府办公室根据《中华人民共和国政府信息公开条例》编制本报告,全文由总体情况、主动公开政府信息情况等六个部分组成。",
    "2021年,云溪县主动公开政府信息1637条,其中通过政府网站公开1547条,政务微博237条,共收到依申请公开件13件,均已按时答复。",
    "存在的主要问题:一是公开内容不够全面,二是更新不够及时。下一步将完善制度,加强培训,提高公开质量。",
)
DECLARATIONS = {"utf-8": "utf-8", "gb18030": "gb2312", "big5hkscs": "big5"}
HEADERS = (
    None,
    "text/html",
    "text/html; charset=utf-8",
    "text/html; charset=gb2312",
    "text/html;charset=Big5",
    "text/html; charset=iso-8859-1",
)
METAS = ("", "utf-8", "gb2312", "gbk", "big5", "utf-16")


def html(text: str, meta: str) -> str:
    tag = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    return f"<html><head>{tag}<title>{text[:12]}</title></head>\n<body><div id='zoom'><p>{text}</p></div></body></html>"


PAGES = [
    pytest.param(html(traditional(text) if encoding == "big5hkscs" else text, meta), encoding, header, id=f"{n}-{encoding}-{header}-{meta}")
    for (n, text), encoding, header, meta in itertools.product(enumerate(PROSE), DECLARATIONS, HEADERS, METAS)
]


@pytest.mark.parametrize(("page", "encoding", "header"), PAGES)
def test_bytes_decide_whatever_header_and_meta_say(page: str, encoding: str, header: str | None) -> None:
    decoded = decode(page.encode(encoding), header)
    assert (decoded.text, decoded.encoding, decoded.replacements) == (page, encoding, 0)
    assert decoded.evidence


def test_there_are_enough_pages() -> None:
    assert len(PAGES) >= 100


@pytest.mark.parametrize("encoding", DECLARATIONS)
@pytest.mark.parametrize("text", ["政府信息公开年度报告说明", "主动公开政府信息情况如下", "收到和处理政府信息公开申"])
def test_twelve_characters_are_enough(text: str, encoding: str) -> None:
    text = traditional(text) if encoding == "big5hkscs" else text
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("text", ["政府㐂𠮷䶮信息公开条例", "朱镕基与𬭊的公开信息", traditional(PROSE[0])])
def test_gb18030_beyond_gb2312(text: str) -> None:
    assert decode(text.encode("gb18030"), "text/html; charset=gb2312").text == text


def test_declarations_are_kept_as_printed() -> None:
    page = "<?xml version='1.0' encoding='GBK'?>" + html(PROSE[0], "x-gbk")
    assert decode(page.encode("gb18030"), 'text/html; charset="ISO-8859-1"').declared == "header=iso-8859-1 meta=x-gbk xml=gbk"
    assert decode(b"plain").declared is None


# ------------------------------------------------------------------------------------------------ damage


def test_one_bad_byte_in_utf8_is_counted() -> None:
    stored = html(PROSE[1], "").encode()
    decoded = decode(stored[:300] + b"\xff" + stored[300:])
    assert (decoded.encoding, decoded.replacements) == ("utf-8", 1)
    assert decoded.text.replace("\ufffd", "") == html(PROSE[1], "")


@pytest.mark.parametrize(("encoding", "cut"), [("utf-8", 1), ("utf-8", 2), ("gb18030", 1)])
def test_a_cut_character_at_the_end(encoding: str, cut: int) -> None:
    decoded = decode(PROSE[0].rstrip("。").encode(encoding)[:-cut])
    assert (decoded.encoding, decoded.replacements) == (encoding, 1)
    assert decoded.text.startswith(PROSE[0][:-3])


def test_damaged_bytes_in_gbk_are_counted() -> None:
    stored = (html(PROSE[0], "gbk") * 3).encode("gb18030")
    decoded = decode(stored.replace("公室".encode("gb18030"), b"\xff", 2))
    assert decoded.encoding == "gb18030"
    assert decoded.replacements == 2


def test_nul_bytes_are_no_reason_to_refuse() -> None:
    assert decode(("政府\0信息公开" * 9).encode()).text == "政府\0信息公开" * 9


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    decoded = decode(mark + PROSE[0].encode(encoding), "text/html; charset=gbk")
    assert (decoded.text, decoded.encoding) == (PROSE[0], "utf-16" if "16" in encoding else "utf-8")


def test_a_lying_byte_order_mark() -> None:
    decoded = decode(b"\xef\xbb\xbf" + html(PROSE[0], "").encode("gb18030"))
    assert decoded.encoding == "gb18030"
    assert PROSE[0] in decoded.text


# ------------------------------------------------------------------------------------------------ no Chinese, no text


@pytest.mark.parametrize(
    "text", ["", "def f(x):\n    return x\n", "Café déjà vu, naïve", "Правительство", "Η ανατροφή", "ממשלה", "<b>1</b>"]
)
def test_other_scripts_and_code_are_utf8(text: str) -> None:
    assert (decode(text.encode()).text, decode(text.encode()).encoding) == (text, "utf-8")


def test_an_english_page_with_a_stray_byte() -> None:
    decoded = decode(b"<html>" + b"plain words " * 100 + b"\xa9 2020</html>")
    assert (decoded.encoding, decoded.replacements) == ("utf-8", 1)


@pytest.mark.parametrize(
    "body", [b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n", bytes(range(256)) * 40, bytes(999)]
)
def test_binary_is_no_text(body: bytes) -> None:
    decoded = decode(body)
    assert (decoded.encoding, decoded.text) == (None, "")
    assert decoded.evidence[0].startswith("binary")


@pytest.mark.parametrize(
    "body", [b"\xff" * 999, b"\xa1" * 999, "あいうえお、日本国の行政機関".encode("euc-jp"), "대한민국정부".encode("euc-kr") * 9]
)
def test_doubt_is_told_and_gives_no_text(body: bytes) -> None:
    decoded = decode(body)
    assert (decoded.encoding, decoded.text, decoded.evidence[-1]) == (None, "", "doubt")


@given(st.binary(), st.none() | st.text())
def test_decoding_never_raises(body: bytes, content_type: str | None) -> None:
    decoded = decode(body, content_type)
    assert decoded.encoding or not decoded.text


# ------------------------------------------------------------------------------------------------ corpora, cost


TRUTH = {"gb": "gb18030", "bi": "big5hkscs", "ut": "utf-8", "eu": None}


def test_every_file_of_the_corpora() -> None:
    files = [path for path in shared("corpora/encoding").glob("*/*/*") if path.is_file()]
    wrong = []
    for path in files:
        body, truth = path.read_bytes(), TRUTH[path.parent.name[:2].lower()]
        expected = body.decode(truth).removeprefix("\ufeff") if truth else ""
        if (decode(body).text, decode(body).encoding) != (expected, truth):
            wrong.append(path.name)
    assert len(files) > 100
    assert wrong == []


@pytest.mark.parametrize(("name", "codec", "label"), [("gb18030", "gb18030", "gb18030"), ("big5", "big5hkscs", "big5")])
def test_tables_of_the_standard(name: str, codec: str, label: str) -> None:
    """Every character of the tables; private use (GB 18030-2005) is left to the repair, unassigned codes are no text."""
    folder = shared("corpora/encoding/encoding_rs")
    stored = (folder / f"{name}_in.txt").read_bytes().split(b"\n")
    read = (folder / f"{name}_in_ref.txt").read_text("utf-8").split("\n")
    pairs = [
        (line, text) for line, text in zip(stored, read, strict=True) if "\ufffd" not in text and line.decode(codec, "replace") == text
    ]
    assert len(pairs) > 0.7 * len(read)
    decoded = decode(b"\n".join(line for line, _ in pairs), f"text/plain; charset={label}")
    assert decoded.text == "\n".join(text for _, text in pairs)


@pytest.mark.parametrize(
    "body",
    [html(PROSE[1] * 400, "").encode("gb18030") * 800, b"a" * 49_999_999 + b"\xff", b"\xff" * 50_000_000, b"\xe4" * 50_000_000],
    ids=["gbk", "stray", "ff", "e4"],
)
def test_fifty_megabytes_cost_bounded_time(body: bytes) -> None:
    start = time.perf_counter()
    decode(body[:50_000_000])
    assert time.perf_counter() - start < 5
