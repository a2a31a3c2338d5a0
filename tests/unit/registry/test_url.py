"""Host and path of an address are what Go's net/url finds: each row is what `url.Parse("https://" + address)` says.

The rows are of https://github.com/golang/go/blob/go1.26.0/src/net/url/url_test.go (urltests, parseRequestURLTests) and of
what has been read wrongly or may be; all were asked of Go 1.26.
"""

from __future__ import annotations

import pytest

from mooring.registry.url import split

GO: tuple[tuple[str, tuple[str, str] | None], ...] = (
    ("harbor.example.com", ("harbor.example.com", "")),
    ("harbor.example.com/", ("harbor.example.com", "/")),
    ("harbor.example.com/p/a", ("harbor.example.com", "/p/a")),
    ("", ("", "")),
    ("/p", ("", "/p")),
    # A port: digits, or none behind its colon.
    ("harbor.example.com:8443/p", ("harbor.example.com:8443", "/p")),
    ("harbor.example.com:/p", ("harbor.example.com:", "/p")),
    ("harbor.example.com:x/p", None),
    (":80/p", (":80", "/p")),
    ("a:b:c/p", None),
    ("a:1:2/p", None),
    # Query and fragment are cut off; a fragment's escapes must be whole, and its controls are not looked at.
    ("harbor.example.com?x/y", ("harbor.example.com", "")),
    ("harbor.example.com/p?q#f", ("harbor.example.com", "/p")),
    ("?q", ("", "")),
    ("harbor.example.com#a%20b", ("harbor.example.com", "")),
    ("harbor.example.com#%zz", None),
    ("harbor.example.com/p#%zz", None),
    ("h#\x01", ("h", "")),
    # A login ends at the last `@` before the path.
    ("u@h/p", ("h", "/p")),
    ("u:p@h/p", ("h", "/p")),
    ("u@v@h/p", ("h", "/p")),
    ("u%20v@h/p", ("h", "/p")),
    ("@h/p", ("h", "/p")),
    ("u:@h/p", ("h", "/p")),
    ("u/v@h", ("u", "/v@h")),
    ("u v@h/p", None),
    ("u%zz@h/p", None),
    # Escapes of a path.
    ("h/%70", ("h", "/p")),
    ("h/%7E", ("h", "/~")),
    ("h/a%2Fb", ("h", "/a/b")),
    ("h/a%00b", ("h", "/a\x00b")),
    ("h/a b", ("h", "/a b")),
    ("h/ä", ("h", "/ä")),
    ("h/[a]", ("h", "/[a]")),
    ("h/%zz", None),
    ("h/%", None),
    # What may stand in a host.
    ("h%25/p", ("h%", "/p")),
    ('a"b/p', ('a"b', "/p")),
    ("a<b>/p", ("a<b>", "/p")),
    ("ä.example.com/p", ("ä.example.com", "/p")),
    ("h;x/p", ("h;x", "/p")),
    ("h,x/p", ("h,x", "/p")),
    ("h=x/p", ("h=x", "/p")),
    ("h!$&'()*+/p", ("h!$&'()*+", "/p")),
    ("h%41/p", None),
    ("h%7a/p", None),
    ("h%zz/p", None),
    ("a b/p", None),
    ("a^b/p", None),
    ("a|b/p", None),
    ("a{b/p", None),
    ("a\\b/p", None),
    ("a`b/p", None),
    # Addresses of IPv6.
    ("[::1]/p", ("[::1]", "/p")),
    ("[::1]:5000/p", ("[::1]:5000", "/p")),
    ("[::ffff:1.2.3.4]/p", ("[::ffff:1.2.3.4]", "/p")),
    ("[::1]:x/p", None),
    ("[::1]x/p", None),
    ("[::1/p", None),
    ("::1]/p", None),
    ("a[::1]/p", None),
    ("a[b]/p", None),
    ("[A]/p", None),
    ("[]/p", None),
    ("[1:2]/p", None),
    ("[127.0.0.1]/p", None),
    ("[v1.x]/p", None),
    ("[fe80::1%en0]/p", None),
    # Controls.
    ("h\n/p", None),
    ("h\x7f/p", None),
    ("h/p\x00", None),
    ("h/p?\x01", None),
)  # fmt: skip


@pytest.mark.parametrize(("address", "found"), GO)
def test_an_address_is_split_as_go_does_it(address: str, found: tuple[str, str] | None) -> None:
    assert split(address) == found


def test_escaped_bytes_are_a_character_each() -> None:
    """Go keeps `ä`; compared with an image, which is ASCII, neither is ever equal."""
    assert split("h/%C3%A4") == ("h", "/Ã¤")
    assert split("h%C3%A4/p") == ("hÃ¤", "/p")


def test_an_address_with_a_zone_is_left_out() -> None:
    """Go takes `[fe80::1%25en0]`; no image has such a host."""
    assert split("[fe80::1%25en0]/p") is None
