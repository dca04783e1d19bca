"""Made-up portals of every family, shape and obstacle of PORTALS.md sections 2 to 13, 16 and 18: a site is a folder beside this file.

    with samples.serve(sites=sites.load("trs")) as served:     # sites.load() is all of them
        site = served.sample_sites[0]
        site.portal(served.port)       # the entry of the list of portals: http://trs.localhost:PORT/...
        site.entries(served.port)      # the rows a crawl must find: accepted with year and agency, rejected with the reason
        site.expect                    # family, pages walked, declared, outcome
        served.asked                   # every request, in order: what was fetched, and what must never be

The server goes by the Host header, so that every site has a host of its own, `<folder>.localhost`, and hosts below it.

A site is written from PORTALS.md by somebody who has not read the module it tests.


To add a site: a folder with a `site.yaml`, nothing else. Every other file of the folder is a piece: `listing.html` is `$listing`.

name, level, division_code   as in the list of portals; the code begins with 99
family          what a listing must be recognised as; left out where an obstacle stands before it
listings        paths, with a #fragment where the family has one
bytes, header, meta   what the bytes are (utf-8, gb18030, big5); what Content-Type and the meta tag say they are (null: nothing)
traps           a line each: "section N, what a careless crawler would do". N is the section of PORTALS.md
reports         agency, years [first, last]; also name, level, we, volume, quirks (as in world.yaml), title (with $agency, $report_year),
                group (a word for `where` and `by`), as (the article, by year where they differ)
noise           rows that are no report: title, and either `reason` (why the title is turned away, as crawler/titles.py names it) or
                `outcome` (what the page turns out to be); also listed (a day), as, kind (guide, notice), group, agency
articles        by name; `plain` is that of rows that name none
                path      where it stands; `link` as it is linked (left out: the path), `host` the subdomain it is on
                also      more paths at which the same article stands
                body      left out: $plain_article
                parts, part_path   a long article on several pages ($part counts from 0)
                attachments   by name: path, link, name, form; in the markup `$doc` is the link of the one called doc, `$doc_name` its name
                form      the article is itself a file: docx, rtf, pdf, png
                answers   other answers, tried before this one, each with `when`
routes          tried in order, before the articles; the first whose request fits and whose rows exist is the answer
                path      {name} stands for anything, {name:\\d+} for what fits; a list of paths shares a route
                when      method, host (subdomain), query, form, params (query or form), json, headers: patterns, null for "must not be
                          there"; ask: only the n-th time; fresh: the captured word must be the newest $token
                rows      $rows: page and per (base: number of the first page; reverse: numbered from the end), or first and last; where, by
                          and section, row (markup of one), join. Values may be words of the request: $page
                lists     the same for several lists by name
                next, previous   markup of $next_link and $previous_link, which are empty where there is no such page
an answer       (route, article, attachment, one of `answers`): body, type, status, headers (headers_in: their bytes), redirect, bytes,
                header, meta, bom, gzip (labelled, silent), delay, drip [bytes, seconds], cut (bytes sent of the length announced), drop,
                token (a new one is issued)
expect          pages (walked, as the pager counts them; hubs, frames and redirects are none), declared (pages as the pager says),
                article_family (left out: as the listing; null: PORTALS.md names no mark of such articles), incomplete, found (rows found
                all the same), outcome (of the walk), never (paths that must not be asked)

Names in markup:
of the site     $site $code $host $port $origin $charset $column $token and the pieces; of the request the words that patterns name
of a listing    $page $index (from 0) $pages $total $per $next $previous $next_file $previous_file (numbered from the end)
of a row        $place (on its page, from 0) $title $shown (cut) $full_title $link $agency $report_year $number $group $date $dotted
                $slashed $chinese $monthday $ymd $ym $year $month $day $mm $dd $epoch (00:30 in Beijing) $hex $hexa $short $uuid
of an article   $body $part $parts, and those of its row
${name|url}     a value through a filter: url, gbk, json, html, base (see filling.py); $$ is a dollar sign of the page's own
"""

from __future__ import annotations

from crawler.samples.sites.answering import Session
from crawler.samples.sites.model import Attachment, Entry, Expect, SampleSite, SampleSiteError
from crawler.samples.sites.reading import FOLDER, site

__all__ = ["Attachment", "Entry", "Expect", "SampleSite", "SampleSiteError", "Session", "load", "site"]


def load(*ids: str) -> tuple[SampleSite, ...]:
    """The sites of these ids, or all of them in the order of their names.

    Raises SampleSiteError for an id that is not there, and for a site.yaml that is wrong.
    """
    known = {path.parent.name: path.parent for path in sorted(FOLDER.glob("*/site.yaml"))}
    for missing in sorted(set(ids) - known.keys()):
        raise SampleSiteError(f"no sample site {missing}: there are {', '.join(known)}")
    return tuple(site(known[name]) for name in ids or known)
