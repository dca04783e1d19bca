"""The list of portals: data files beside this one, a file a province (`ministries.yaml` for the State Council's, `bingtuan.yaml` for the
Production and Construction Corps), read and validated here. docs/portals.md tells how to add one; `scrapy checkportals` checks them all.

portals:
  - id: qinghe-mzj                 lower case, digits, hyphens; never changes, other tables refer to it
    name: 青禾市民政局              names its place
    level: department              ministry, province, prefecture, county, township, department
    division_code: "990100"        GB/T 2260; a department or town has that of its government; null for ministries and the Corps
    listings: [http://mzj.qinghe.example/zfxxgk/zfxxgknb/]
    hosts: [mzj.qinghe.example]    what may be fetched: these and their subdomains
    family: trs                    null or left out: found on the page
    status: unverified             verified (with last_ok: 2026-03-31), moved, gone, blocked, unreachable
    scheme: http                   the only one that the hosts answer; left out: as linked
    exceptions:                    what a host needs beside the common rules; left out: nothing
      mzj.qinghe.example: {tls: relaxed, ip: 4, render: browser, cookies: true}
    expect: {agencies: 1, since: 2008}     what a full walk must find
    note: where the address was seen
"""

from crawler.portals.areas import AREAS
from crawler.portals.model import LEVELS, STATUSES, Expectation, HostException, Portal
from crawler.portals.problems import Fault, Problem
from crawler.portals.reading import FOLDER, Contents, Placed, load, read
from crawler.portals.selection import from_listing, select
from crawler.portals.siting import SiteCheck, check_site, site_code_in

__all__ = [
    "AREAS",
    "FOLDER",
    "LEVELS",
    "STATUSES",
    "Contents",
    "Expectation",
    "Fault",
    "HostException",
    "Placed",
    "Portal",
    "Problem",
    "SiteCheck",
    "check_site",
    "from_listing",
    "load",
    "read",
    "select",
    "site_code_in",
]
