"""Foreign hosts and private addresses are refused, in every notation (RELIABILITY.md 1.4, H7)."""

import pytest
from scrapy import Request
from scrapy.settings import Settings
from twisted.internet import defer
from twisted.internet.error import DNSLookupError

from crawler.middlewares import addresses
from crawler.middlewares.addresses import HOSTS, AllowedHosts, GuardedResolver, RefusedAddressError, is_loopback, is_public


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("202.106.0.20", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fc00::1", False),
        ("fe80::1", False),
    ],
)
def test_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_loopback_is_the_only_private_address_that_can_be_allowed() -> None:
    assert is_public("127.0.0.2", loopback=True)
    assert not is_public("10.0.0.1", loopback=True)


def run(coroutine: object) -> object:
    return defer.Deferred.fromCoroutine(coroutine).result  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "a.localhost", "10.0.0.1", "169.254.169.254"]
)
def test_private_addresses_are_refused(host: str) -> None:
    d = defer.Deferred.fromCoroutine(AllowedHosts(None).process_request(Request(f"http://{host}/")))  # type: ignore[arg-type]
    failures: list = []
    d.addErrback(failures.append)
    assert failures
    assert failures[0].check(RefusedAddressError)


def test_allow_list(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = AllowedHosts(None)  # type: ignore[arg-type]
    assert run(guard.process_request(Request("http://www.qinghe.example/", meta={HOSTS: ("qinghe.example",)}))) is None
    assert run(guard.process_request(Request("http://anything.example/"))) is None
    failures: list = []
    request = Request("http://qinghe.example.evil.example/", meta={HOSTS: ("qinghe.example",)})
    defer.Deferred.fromCoroutine(guard.process_request(request)).addErrback(failures.append)
    assert failures
    monkeypatch.setattr(GuardedResolver, "loopback", True)
    assert run(guard.process_request(Request("http://127.0.0.1:8000/"))) is None
    defer.Deferred.fromCoroutine(guard.process_request(Request("http://10.0.0.1/"))).addErrback(failures.append)
    assert len(failures) == 2


def test_names_that_lead_to_private_addresses_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    class Process:
        settings = Settings({"DNS_TIMEOUT": 1})

    resolver = GuardedResolver.from_crawler(Process(), reactor=None)  # type: ignore[arg-type]
    answers = {"evil.example": "10.0.0.1", "good.example": "202.106.0.20"}
    monkeypatch.setattr(addresses.CachingThreadedResolver, "getHostByName", lambda _, name, __: defer.succeed(answers[name]))
    assert resolver.getHostByName("good.example").result == "202.106.0.20"
    failures: list = []
    resolver.getHostByName("evil.example").addErrback(failures.append)
    assert failures[0].check(DNSLookupError)
    assert "private address 10.0.0.1" in str(failures[0].value)


def test_is_loopback() -> None:
    assert is_loopback("http://127.0.0.1:8000/a")
    assert is_loopback("http://localhost/")
    assert not is_loopback("http://www.qinghe.example/")
