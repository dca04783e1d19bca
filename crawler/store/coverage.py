"""The view `coverage`: every agency and year of which a report is held, listed or due, and how it stands.

The question of each spring: who has published, who is late, who cannot be reached. "Today" is the end of the last finished run, in
Beijing, so that a file shared in March says the same in July. What it rests on is data: `coverage.yaml`, and the tables made of it.
"""

# ruff: noqa: S608 - names in statements are constants, values come from our own data file

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.store.files import read

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_YEAR = 2008  # the Regulations came into force on 2008-05-01: no report on an earlier year is due


@cache
def content() -> dict[str, Any]:
    """What `coverage.yaml` holds: deadlines, statuses, outcomes."""
    return read("coverage.yaml")


def deadline_rows() -> list[dict[str, Any]]:
    """The rows of `deadlines`: a line per level and range of years."""
    return [
        {
            "level": level,
            "first_year": rule["years"][0],
            "last_year": rule["years"][1],
            **{key: rule[key] for key in ("due", "law", "note")},
        }
        for rule in content()["deadlines"]
        for level in rule["levels"]
    ]


def status_rows() -> list[dict[str, Any]]:
    """The rows of `coverage_statuses`, from good to bad."""
    found = enumerate(content()["statuses"].items(), 1)
    return [{"status": status, "position": place, "title_zh": one["zh"], "definition": one["about"]} for place, (status, one) in found]


def outcome_rows() -> list[dict[str, Any]]:
    """The rows of `outcomes`."""
    return [{"outcome": outcome, "coverage_status": status} for outcome, status in content()["outcomes"].items()]


def obstacle(problems: Sequence[str]) -> str:
    """The outcome of a portal none of whose listings could be read: blocked or unreachable where that is what all of them met, as the
    codes in their problems say (`URL: code: reason`), else failed. A portal that turns us away at one door counts as blocked."""
    statuses = {_status(problem) for problem in problems}
    if statuses == {"unreachable"}:
        return "unreachable"
    return "blocked" if statuses and statuses <= {"blocked", "unreachable"} else "failed"


def _status(problem: str) -> str | None:
    return next((status for code, status in content()["outcomes"].items() if status and f": {code}: " in problem), None)


def view() -> str:
    """The SELECT of the view. Its parts, in order: the day, the years, what obstacles stand before listed entries, whose reports are
    expected since when, and how each of their years stands."""
    return f"with recursive {_TODAY}, {_YEARS}, {_TOLD}, {_WHO}, {_CELLS} {_SHOWN}"


# A rebuild from the archive looks at no server: its end says nothing of what is published. It counts only where no crawl is on record.
# The stamps are UTC; the deadline is a day in Beijing, eight hours ahead without summer time.
_TODAY = """
ended(at) as (
  select (select finished_at from runs where finish_reason = 'finished' and finished_at is not null
          order by command like 'scrapy crawl%' desc, id desc limit 1)),
today(day, newest) as materialized (
  select date(at, '+8 hours'), cast(strftime('%Y', at, '+8 hours') as integer) - 1 from ended)"""

_YEARS = """
bounds(first, last) as (
  select min(coalesce((select min(year) from reports), 9999), 2003), max(coalesce(newest, 0), coalesce((select max(year) from reports), 0))
  from today),
years(year) as (select first from bounds where last > 0 union all select year + 1 from years, bounds where year < last)"""

# Entries that a portal lists and of which no report came, because the page or a file on it stands behind an obstacle. Whose they are is
# known by name: as printed, with the portal's place in front, or with what stands before the place left out. `cross join` fixes the order
# of the joins: from the few pages behind an obstacle to their entries, never through all that is listed. So does the + before a column
# whose index must not be used.
_TOLD = """
obstructions(outcome, coverage_status, position) as materialized (
  select outcome, coverage_status, position from outcomes join coverage_statuses on coverage_statuses.status = coverage_status),
obstacles(url, outcome, status, rank) as materialized (
  select pages.url, pages.outcome,
    case when pages.outcome = 'timeout' and pages.byte_count > 0 then 'attachment_unreadable' else coverage_status end, position
  from obstructions cross join pages on pages.outcome = obstructions.outcome
  union all
  select parents.url, files.outcome,
    case when files.outcome = 'timeout' and files.byte_count > 0 then 'attachment_unreadable' else coverage_status end, position
  from obstructions cross join pages files on files.outcome = obstructions.outcome
  cross join attachments on attachments.page_id = files.id cross join pages parents on parents.id = attachments.parent_page_id),
entries(portal_id, year, printed, url, outcome, status, rank) as materialized (
  select listed.portal_id, listed.year, coalesce(listed.agency, portals.name), obstacles.url, outcome, obstacles.status, rank
  from obstacles cross join listing_entries listed on listed.url = obstacles.url cross join portals on portals.id = listed.portal_id
  where +listed.verdict = 'accepted' and listed.gone_run is null and listed.year is not null),
printed_names(portal_id, printed, code, place) as materialized (
  select distinct portal_id, printed, division_code, replace(name, '人民政府', '')
  from entries join portals on portals.id = entries.portal_id),
spellings(portal_id, printed, code, name, rank) as (
  select portal_id, printed, code, printed, 1 from printed_names union all
  select portal_id, printed, code, printed || '人民政府', 2 from printed_names union all
  select portal_id, printed, code, place || printed, 3 from printed_names union all
  select portal_id, printed, code, substr(place, 1, length(place) - 1) || printed, 4 from printed_names union all
  select portal_id, printed, code, substr(printed, instr(printed, place)), 5 from printed_names union all
  select portal_id, printed, code, substr(printed, instr(printed, place)) || '人民政府', 6 from printed_names union all
  select portal_id, printed, code, replace(printed, place, '') || '人民政府', 7 from printed_names),
meant(portal_id, printed, agency_id, rank) as materialized (
  select spellings.portal_id, printed, agencies.id, min(rank) from spellings join agencies on agencies.name = spellings.name
  where agencies.division_code is code
    or exists (select 1 from reports where reports.agency_id = agencies.id and reports.portal_id = spellings.portal_id)
  group by spellings.portal_id, printed),
told(agency_id, printed, portal_id, year, url, outcome, status, rank) as materialized (
  select agency_id, entries.printed, entries.portal_id, year, url, outcome, status, min(entries.rank)
  from entries left join meant on meant.portal_id = entries.portal_id and meant.printed = entries.printed
  group by coalesce(agency_id, entries.portal_id || ' ' || entries.printed), year),
first_told(agency_id, year) as materialized (select agency_id, min(year) from told where agency_id is not null group by agency_id)"""

# Three kinds: agencies a report of which is held; those only listed; and portals of which nothing was ever read, for whoever runs them.
# first and last bound the years in which a report is expected. An agency that ended in a year publishes none on it.
_WHO = f"""
who(agency_id, agency, level, division_code, province, portal_id, first, last) as (
  select agencies.id, agencies.name, agencies.level, agencies.division_code, agencies.province,
    (select portal_id from reports where agency_id = agencies.id order by year desc limit 1),
    min(
      coalesce((select min(year) from reports where agency_id = agencies.id), 9999),
      coalesce(first_told.year, 9999),
      coalesce(max({FIRST_YEAR}, cast(substr(valid_from, 1, 4) as integer)), 9999),
      coalesce((select max({FIRST_YEAR}, expect_since) from portals
        where portals.division_code is agencies.division_code and agencies.name in (portals.name, portals.name || '人民政府')), 9999)),
    coalesce(cast(substr(valid_to, 1, 4) as integer) - 1, 9999)
  from agencies left join first_told on first_told.agency_id = agencies.id
  union all
  select null, told.printed, iif(told.printed = portals.name, portals.level, null), portals.division_code, null, told.portal_id,
    told.year, told.year
  from told join portals on portals.id = told.portal_id where told.agency_id is null
  union all
  select null, portals.name, portals.level, portals.division_code, null, portals.id, coalesce(max({FIRST_YEAR}, expect_since), newest), 9999
  from portals, today
  where not exists (select 1 from reports where reports.portal_id = portals.id)
    and not exists (select 1 from told where told.portal_id = portals.id) and portals.name not like '%.%'
    and not exists (select 1 from agencies
      where agencies.division_code is portals.division_code and agencies.name in (portals.name, portals.name || '人民政府')))"""

_CELLS = """
cells as (
  select who.agency_id, who.agency, who.level, who.division_code, coalesce(who.province, reports.province) as province, years.year,
    coalesce(reports.portal_id, who.portal_id) as portal_id, reports.id as report_id, reports.version, reports.withdrawn_run,
    reports.published_on, reports.url as report_url, told.url as told_url, told.outcome, told.status as told_status,
    (years.year + 1) || '-' || deadlines.due as deadline, today.day, today.newest
  from who cross join today cross join years
  left join reports on reports.agency_id = who.agency_id and reports.year = years.year
  left join told on told.year = years.year and told.agency_id is who.agency_id
    and (who.agency_id is not null or (told.printed = who.agency and told.portal_id = who.portal_id))
  left join deadlines on deadlines.level = who.level and years.year between deadlines.first_year and coalesce(deadlines.last_year, 9999)
  where reports.id is not null or (years.year between who.first and min(who.last, today.newest)))"""

# The last finished run that asked the portal says whether it can be reached. A portal that turns us away is never counted as one
# without a report. An agency of unknown level is given until the last of the deadlines.
_SHOWN = """
select agency_id, agency, level, division_code, province, year,
  case
    when withdrawn_run is not null then 'withdrawn'
    when version > 1 then 'revised'
    when report_id is not null then 'held'
    when told_status is not null then told_status
    when day <= coalesce(deadline, (year + 1) || '-03-31') then 'not_yet_due'
    else coalesce((
      select run_portals.outcome from run_portals
      where run_portals.portal_id = cells.portal_id and run_portals.outcome in ('blocked', 'unreachable')
        and run_portals.run_id = (
          select max(later.run_id) from run_portals later join runs on runs.id = later.run_id and runs.finish_reason = 'finished'
          where later.portal_id = cells.portal_id)), iif(year = newest, 'overdue', 'missing'))
  end as status,
  deadline, report_id, published_on, coalesce(report_url, told_url) as url, portal_id, iif(report_id is null, outcome, null) as reason,
  day as as_of
from cells"""
