"""A robot's credential → its back end: what an environment's robots use decides where it is written.

Nothing is written before every back end has been asked whether it can be; what cannot be is a `Fault` in our words, in
which no value and no library's message stands.
"""

from __future__ import annotations

from mooring.delivery.model import Access, Fault, Held, Told, Written
from mooring.delivery.writing import STORE, Delivery

__all__ = ["STORE", "Access", "Delivery", "Fault", "Held", "Told", "Written"]
