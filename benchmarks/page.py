"""The page that is measured: 60 KB of portal around a made-up report on the form of 2021 with 5,000 characters of prose.

The prose is written here, not repeated: each sentence is drawn with its own figures. A quarter of them hold a number, seven counts in
1,000 characters, as in the real reports at hand (16 to 71 % of their sentences, 4 to 14 counts in 1,000 characters, medians 30 % and 6).
"""

from __future__ import annotations

import random

TOPICS = (
    "财政预决算",
    "重大建设项目",
    "公共资源配置",
    "生态环境",
    "义务教育",
    "医疗卫生",
    "食品药品安全",
    "社会救助",
    "征地补偿",
    "优化营商环境",
)
PLAIN = (
    "坚持以公开为常态、不公开为例外，围绕{topic}等重点领域，进一步拓展公开的深度和广度，切实保障人民群众的知情权、参与权和监督权。",
    "严格落实保密审查制度，明确{topic}信息的公开属性源头认定，做到先审查、后公开，一事一审、全面审查。",
    "持续加强政策解读，采用图文、视频、访谈等多种形式对{topic}方面的政策进行多角度解读，回应社会关切。",
    "健全依申请公开办理机制，规范登记、审核、办理、答复、归档等环节，加强与申请人的沟通，提升{topic}类申请的办理质效。",
    "优化政府网站栏目设置，整合{topic}专题信息，完善检索功能，方便公众查询和使用。",
    "将{topic}信息公开纳入年度绩效考核，定期通报检查结果，督促有关单位按期整改到位。",
)
COUNTED = (
    "全年通过政府网站发布{topic}信息{a}条，内容涵盖政策文件、工作动态和公示公告，做到及时、准确、全面。",
    "组织开展业务培训{b}次，培训{a}人次，进一步提升工作人员的能力和水平。",
    "发布{topic}政策解读材料{b}篇，注重运用图解、音频、视频等群众喜闻乐见的形式，增强解读效果。",
    "政务微信公众号推送{topic}信息{a}余条，在服务群众、回应关切方面发挥了积极作用。",
)
PARTS = ("主动公开情况", "依申请公开情况", "政府信息管理情况", "平台建设情况", "监督保障情况")
HEADINGS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
MATRIX_ROWS = (
    ("一、本年新收政府信息公开申请数量",),
    ("二、上年结转政府信息公开申请数量",),
    ("三、本年度办理结果", "（一）予以公开"),
    ("", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ("", "（三）不予公开", "1.属于国家秘密"),
    *(
        ("", "", label)
        for label in (
            "2.其他法律行政法规禁止公开",
            "3.危及“三安全一稳定”",
            "4.保护第三方合法权益",
            "5.属于三类内部事务信息",
            "6.属于四类过程性信息",
            "7.属于行政执法案卷",
            "8.属于行政查询事项",
        )
    ),
    ("", "（四）无法提供", "1.本机关不掌握相关政府信息"),
    ("", "", "2.没有现成信息需要另行制作"),
    ("", "", "3.补正后申请内容仍不明确"),
    ("", "（五）不予处理", "1.信访举报投诉类申请"),
    *(
        ("", "", label)
        for label in ("2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请", "5.要求行政机关确认或重新出具已获取信息")
    ),
    ("", "（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("", "", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("", "", "3.其他"),
    ("", "（七）总计"),
    ("四、结转下年度继续办理",),
)
GROUP_SIZE = {"三、本年度办理结果": 21, "（三）不予公开": 8, "（四）无法提供": 3, "（五）不予处理": 5, "（六）其他处理": 3}
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def page(seed: int = 1, characters: int = 5_000, size: int = 60_000) -> bytes:
    """A UTF-8 page of about `size` bytes. The same seed gives the same bytes."""
    chance = random.Random(seed)
    body = _body(chance, characters)
    head, foot = chrome(chance, max(0, size - len(body.encode())))
    return f"{head}{body}{foot}".encode()


def _sentence(chance: random.Random) -> str:
    pattern = chance.choice(COUNTED if chance.random() < 0.35 else PLAIN)
    return pattern.format(topic=chance.choice(TOPICS), a=chance.randrange(100, 9_000), b=chance.randrange(3, 90))


def _paragraphs(chance: random.Random, characters: int) -> str:
    made, paragraphs = 0, []
    while made < characters:
        text = "".join(_sentence(chance) for _ in range(4))
        made += len(text)
        paragraphs.append(f'<p style="text-indent:2em;line-height:28pt"><span style="font-family:仿宋;font-size:16pt">{text}</span></p>')
    return "\n".join(paragraphs)


def _heading(text: str) -> str:
    return f'<p style="text-indent:2em"><span style="font-family:黑体;font-size:16pt">{text}</span></p>'


def _body(chance: random.Random, characters: int) -> str:
    overview = "".join(
        _heading(f"（{number}）{part}") + _paragraphs(chance, (characters - 700) // 5)
        for number, part in zip("一二三四五", PARTS, strict=True)
    )
    return "\n".join(
        [
            '<div class="TRS_Editor"><div class="view TRS_UEDITOR">',
            '<p style="text-align:center"><strong>青禾市人民政府2023年政府信息公开工作年度报告</strong></p>',
            "<p>根据《中华人民共和国政府信息公开条例》的规定编制本报告，所列数据的统计期限自2023年1月1日起至2023年12月31日止。</p>",
            _heading("一、总体情况"),
            overview,
            _heading(HEADINGS[0]),
            _part_two(chance),
            _heading(HEADINGS[1]),
            _matrix(chance),
            _heading(HEADINGS[2]),
            _part_four(chance),
            _heading(HEADINGS[3]),
            _paragraphs(chance, 500),
            _heading(HEADINGS[4]),
            "<p>本年度未收取信息处理费。</p></div></div>",
        ]
    )


def _row(*cells: str) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _cell(text: object, spans: str = "") -> str:
    return f'<td {spans} style="border:1px solid #000;padding:0 7px"><p align="center"><span style="font-size:12pt">{text}</span></p></td>'


def _part_two(chance: random.Random) -> str:
    def block(caption: str, heads: tuple[str, ...], rows: tuple[str, ...]) -> str:
        lines = [_row(_cell(caption, f'colspan="{len(heads) + 1}"')), _row(*map(_cell, ("信息内容", *heads)))]
        lines += [_row(_cell(label), *(_cell(chance.randrange(200)) for _ in heads)) for label in rows]
        return "".join(lines)

    return (
        "<table>"
        + block("第二十条第（一）项", ("本年制发件数", "本年废止件数", "现行有效件数"), ("规章", "行政规范性文件"))
        + block("第二十条第（五）项", ("本年处理决定数量",), ("行政许可",))
        + block("第二十条第（六）项", ("本年处理决定数量",), ("行政处罚", "行政强制"))
        + block("第二十条第（八）项", ("本年收费金额（单位：万元）",), ("行政事业性收费",))
        + "</table>"
    )


def _matrix(chance: random.Random) -> str:
    head = [
        _row(
            _cell("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 'colspan="3" rowspan="3"'),
            _cell("申请人情况", 'colspan="7"'),
        ),
        _row(_cell("自然人", 'rowspan="2"'), _cell("法人或其他组织", 'colspan="5"'), _cell("总计", 'rowspan="2"')),
        _row(*map(_cell, ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"))),
    ]
    return "<table>" + "".join(head + [_matrix_row(chance, labels) for labels in MATRIX_ROWS]) + "</table>"


def _matrix_row(chance: random.Random, labels: tuple[str, ...]) -> str:
    cells = []
    for place, label in enumerate(labels):
        if label:
            width = 3 - place if place == len(labels) - 1 else 1
            cells.append(_cell(label, f'rowspan="{GROUP_SIZE.get(label, 1)}" colspan="{width}"'))
    figures = [chance.randrange(60) if chance.random() < 0.4 else 0 for _ in range(6)]
    return _row(*cells, *map(_cell, [*figures, sum(figures)]))


def _part_four(chance: random.Random) -> str:
    figures = []
    for _ in range(3):
        values = [chance.randrange(9) for _ in range(4)]
        figures += [*values, sum(values)]
    return (
        "<table>"
        + _row(_cell("行政复议", 'colspan="5"'), _cell("行政诉讼", 'colspan="10"'))
        + _row(
            *(_cell(label, 'rowspan="2"') for label in RESULTS),
            _cell("未经复议直接起诉", 'colspan="5"'),
            _cell("复议后起诉", 'colspan="5"'),
        )
        + _row(*map(_cell, RESULTS * 2))
        + _row(*map(_cell, figures))
        + "</table>"
    )


def chrome(chance: random.Random, size: int, count: int | None = None) -> tuple[str, str]:
    """Head and foot of a portal page: metas, styles, scripts, navigation; about `size` bytes together, half of them `count` links."""
    links = "".join(
        f'<li><a href="/zwgk/{chance.randrange(99)}/t2023{number:04d}.html" target="_blank">{chance.choice(TOPICS)}栏目{number}</a></li>'
        for number in range(size // 230 if count is None else count)
    )
    script = "function menu(i){var e=document.getElementById('m'+i);e.style.display=e.style.display=='none'?'':'none';}\n"
    head = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>青禾市人民政府2023年政府信息公开工作年度报告_青禾市人民政府</title>'
        '<meta name="SiteName" content="青禾市人民政府"><meta name="ColumnName" content="政府信息公开年报">'
        '<meta name="PubDate" content="2024-01-25 09:30"><style>.nav li{float:left}</style></head><body>'
        f'<div class="nav"><ul>{links}</ul></div><div class="crumbs">当前位置：首页 &gt; 政务公开 &gt; 政府信息公开年报</div>'
        '<div class="xl_info"><span>发布日期：2024-01-25</span><span>来源：青禾市人民政府办公室</span></div>'
    )
    rest = max(0, size - len(head.encode())) // len(script)
    foot = f'<div class="share">分享到：微信 微博</div><script>{script * rest}</script><div class="footer">网站标识码：0000000000</div>'
    return head, f"{foot}</body></html>"
