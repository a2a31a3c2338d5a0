"""The door to the network: nothing else in mooring opens a connection, and only here is urllib3 known.

Whatever can go wrong on the way is a `Failure`, a value in our own words: neither a library's message nor a credential is
in it. No cookie is kept (Harbor refuses whoever sends its `sid` back), no answer is read beyond a limit, no redirect
leaves the address that was asked, and nothing is repeated that may have taken effect.
"""

from __future__ import annotations

from mooring.network.address import Address, address
from mooring.network.answer import Answer
from mooring.network.client import Client, Patience
from mooring.network.failure import Failure
from mooring.network.login import Headers, Login

__all__ = ["Address", "Answer", "Client", "Failure", "Headers", "Login", "Patience", "address"]
