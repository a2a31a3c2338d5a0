"""A stateful stand-in for Harbor, which answers as the recordings of Harbor v2.16.0 in tests/data/harbor/ do.

`with HarborStandIn(tmp_path) as harbor:` serves it with TLS on loopback; see `server.py`."""

from tests.support.harbor.server import HarborStandIn, Login, Seen

__all__ = ["HarborStandIn", "Login", "Seen"]
