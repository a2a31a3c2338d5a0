"""Which proxy a request goes through."""

from __future__ import annotations

import pytest

from mooring.network.address import Address
from mooring.network.failure import Failure
from mooring.network.proxies import Proxy, proxy_for

HARBOR = Address("https", "harbor.example.com", 443)
URL = "http://proxy.example.com:3128"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"HTTPS_PROXY": URL}, URL),
        ({"HTTPS_PROXY": "http://other:1", "https_proxy": URL}, URL),
        ({"https_proxy": "", "HTTPS_PROXY": URL}, URL),
        ({"HTTP_PROXY": URL}, None),
        ({"HTTPS_PROXY": "proxy.example.com"}, "http://proxy.example.com:80"),
        ({"HTTPS_PROXY": "https://proxy.example.com/"}, "https://proxy.example.com:443"),
        ({"HTTPS_PROXY": "socks5://proxy.example.com:1080"}, "proxy"),
        ({"HTTPS_PROXY": "http://proxy.example.com:3128/a?b"}, "proxy"),
    ],
)
def test_the_variables(environment: dict[str, str], expected: str | None) -> None:
    found = proxy_for(HARBOR, environment)
    assert (found.url if isinstance(found, Proxy) else found.cause if isinstance(found, Failure) else None) == expected


@pytest.mark.parametrize(
    ("host", "no_proxy", "direct"),
    [
        ("harbor.example.com", "example.com", True),
        ("harbor.example.com", ".example.com", True),
        ("harbor.example.com", "*.example.com", True),
        ("example.com", ".example.com", False),
        ("example.com", "example.com", True),
        ("myexample.com", "example.com", False),
        ("harbor.example.com", "other.com, HARBOR.example.com", True),
        ("harbor.example.com", "harbor.example.com:443", True),
        ("harbor.example.com", "harbor.example.com:8443", False),
        ("harbor.example.com", "*", True),
        ("harbor.example.com", "", False),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "2.3", False),
        ("harbor.example.com", "10.0.0.0/99", False),
        ("[2001:db8::1]", "2001:db8::/32", True),
        ("[2001:db8::1]", "[2001:db8::1]:443", True),
        ("[2001:db8::1]", "2001:db8::1", True),
        ("localhost", "", True),
        ("127.0.0.1", "", True),
        ("[::1]", "", True),
    ],
)
def test_no_proxy(host: str, no_proxy: str, direct: bool) -> None:
    found = proxy_for(Address("https", host, 443), {"HTTPS_PROXY": URL, "NO_PROXY": no_proxy})
    assert (found is None) == direct


def test_the_proxy_s_login_is_decoded_and_never_shown() -> None:
    found = proxy_for(HARBOR, {"HTTPS_PROXY": "http://joe:Pr%40xy@proxy.example.com:3128"})
    assert isinstance(found, Proxy) and found.login == "joe:Pr@xy"
    assert repr(found) == f"Proxy(url='{URL}')"
