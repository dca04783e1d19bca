"""Settings of the crawl: each value beside Scrapy's default and the reason. `scrapy crawl ... -s NAME=VALUE` overrides one for a run."""

import os
import sys
from pathlib import Path

VERSION = "0.1.0"  # that of pyproject.toml; the project runs without being installed too


def user_agent(contact: str) -> str:
    """Who we say we are: program, version, purpose, and where a webmaster reaches whoever runs this crawl ('' : nowhere)."""
    purpose = "annual reports on government-information disclosure"
    return f"gongkai/{VERSION} ({'; +'.join(filter(None, [purpose, ' '.join(contact.split())]))})"


ROOT = Path(__file__).resolve().parent.parent

BOT_NAME = "gongkai"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"  # default "": our `crawl` sets the exit status by how the run ended

# ------------------------------------------------------------------------------------------------ our own

REPORTS_DB = str(ROOT / "output" / "reports.db")  # the database; what people use
ARCHIVE_DIR = str(ROOT / "output" / "archive")  # raw responses, WARC
CORRECTIONS = str(ROOT / "output" / "corrections.yaml")  # what people corrected; applied whenever pages are read
SAMPLE_DB = str(ROOT / "output" / "sample.db")  # where made-up agencies go instead
SAMPLE_ARCHIVE_DIR = str(ROOT / "output" / "sample-archive")
SAMPLE_PORT = 18766  # of 127.0.0.1; always the same, so that a second run finds the same addresses; 0: a free one
WORKERS = 0  # worker processes; 0: one a core
PAGE_TIME_LIMIT = 60  # seconds for the extraction of one page; a page of 60 KB takes some milliseconds
PAGE_SIZE_LIMIT = 16 * 1024 * 1024  # bytes; the largest report seen is 0.4 MB, a million cells are 13 MB
LISTING_PAGE_LIMIT = 200  # pages of one listing; report columns have one or two (PORTALS.md section 13)

# ------------------------------------------------------------------------------------------------ who we are, what we obey

CONTACT = os.environ.get("GONGKAI_CONTACT", "")  # an address (web or mail) that a webmaster can write to
USER_AGENT = user_agent(CONTACT)  # default Scrapy's; that of a run with -s CONTACT= is made by the spider
ROBOTSTXT_OBEY = True  # default False
ROBOTSTXT_USER_AGENT = "gongkai"  # default None: the whole User-Agent line
CONCURRENT_REQUESTS = 64  # default 16: hundreds of portals, one request each
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8: departments of a city share one box
DOWNLOAD_DELAY = 4  # default 0; seconds. With the jitter 3 to 5: three is the floor of politeness
DOWNLOAD_DELAY_JITTER = 0.25  # default 0.5 would go down to 2 s
AUTOTHROTTLE_ENABLED = True  # default False: slow down where the server does; DOWNLOAD_DELAY stays the floor
AUTOTHROTTLE_START_DELAY = DOWNLOAD_DELAY  # default 5
HOST_RESTS = [900, 1800, 5400]  # seconds a refusing host is left alone, one after the other; then it is closed for the run
CRAWL_DELAY_MAX = 60  # seconds of a Crawl-delay that are kept; a host that asks for more is not worth the wait of a run
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]  # default has 429 and 503 too: those get a rest first (middlewares.patience)
DEFAULT_REQUEST_HEADERS = {  # default Accept-Language: en
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}

# ------------------------------------------------------------------------------------------------ hostile and broken servers

DOWNLOAD_MAXSIZE = 48 * 1024 * 1024  # default 1 GiB: a gzip bomb of 1 MB took 2.1 GB of memory
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024  # default 32 MiB
DOWNLOAD_TIMEOUT = 30  # default 180; bounds the whole exchange, drip included
DNS_TIMEOUT = 10  # default 60
RETRY_TIMES = 2  # default 2, named because politeness counts on it
REDIRECT_MAX_TIMES = 5  # default 20
METAREFRESH_ENABLED = False  # default True: a stub past the end of a listing sends back to its start; cms judges such pages
DEPTH_LIMIT = 500  # default 0 (none): listing pages follow one another, so this is a second bound on a walk without end
URLLENGTH_LIMIT = 2083  # default 2083, named: a listing link may be a megabyte
COOKIES_ENABLED = False  # default True: no portal needs them, and 200 cookies a page grow without bound
HTTPERROR_ALLOW_ALL = True  # default False: 403, 412, 521 are outcomes with names, not pages to drop
REFERRER_POLICY = "same-origin"  # default no-referrer-when-downgrade: some lists answer 403 without one, no other host needs to know
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}  # default all on: a listing link could read our disk
TWISTED_DNS_RESOLVER = "crawler.middlewares.addresses.GuardedResolver"  # default without guard: no request reaches a private address
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # default drops a redirect to an address asked before without a word
TELNETCONSOLE_ENABLED = False  # default True: a door into the process
REMOTE_CONTROL_ENABLED = False  # default True since 2.19: runs code sent to a port

# ------------------------------------------------------------------------------------------------ speed and memory

CONCURRENT_ITEMS = 4  # default 100: 2.19 starts as many tasks for each response; 4 gives twice the pages a second
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 20_000_000  # default 5 MB: bytes of responses waiting for workers
MEMUSAGE_LIMIT_MB = 2048  # default 0 (none)
REACTOR_THREADPOOL_MAXSIZE = 20  # default 10: name look-ups of dead portals wait in it

# ------------------------------------------------------------------------------------------------ what a person sees

LOG_LEVEL = "WARNING"  # default DEBUG: progress and the table at the end say how it goes
LOG_FORMATTER = "crawler.extensions.log.Formatter"  # default prints whole pages at DEBUG
LOG_INSTALL_ROOT_HANDLER = (
    not sys.stderr.isatty()
)  # default True: on a terminal rich owns the log, so that it does not cut the progress bar
STATS_DUMP = False  # default True: our table says it in words
LOGSTATS_INTERVAL = 0  # default 60: our progress lines say it

# ------------------------------------------------------------------------------------------------ our components, in order

DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.addresses.AllowedHosts": 60,  # before robots.txt is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.patience.Patience": 80,  # before robots.txt is asked for; sees an answer last, after retries and redirects
    "crawler.middlewares.robots.RobotsByStatus": 100,
    "crawler.middlewares.cookies.HostCookies": 650,  # sees an answer before redirects are followed (600)
}
ITEM_PIPELINES = {
    "crawler.pipelines.fetches.Fetches": 100,
    "crawler.pipelines.entries.Entries": 200,
    "crawler.pipelines.known.KnownPages": 300,
    "crawler.pipelines.extraction.Extract": 400,
    "crawler.pipelines.store.StoreRows": 500,
}
EXTENSIONS = {
    "crawler.extensions.log.TerminalLog": 0,
    "crawler.extensions.run.Run": 100,
    "crawler.extensions.progress.ProgressBar": 200,
    "crawler.extensions.summary.Summary": 300,
    "crawler.extensions.health.HealthReport": 400,
}
