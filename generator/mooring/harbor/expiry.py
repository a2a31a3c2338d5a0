"""Harbor counts in days from a robot's creation, a fleet says a day: the arithmetic between them.

`expires: D` means invalid from D, 00:00 UTC; Harbor's `expires_at` is creation + duration days, to the second. The duration
is the least with which Harbor refuses it no earlier than the fleet says, so that no pull that `check` proves fails: it then
expires in the course of D.
"""

from __future__ import annotations

import datetime

NEVER = -1
# More is refused (2147483647 is, with a 400), and no calendar has it.
LONGEST = 2_147_483_646
_DAY = datetime.timedelta(days=1)


def duration(created: datetime.datetime, expires: str) -> int | None:
    """The days to ask for; None where that day is not after the creation. `expires` is a day or `never`."""
    if expires == "never":
        return NEVER
    until = datetime.datetime.combine(datetime.date.fromisoformat(expires), datetime.time(), datetime.UTC)
    days = -((created - until) // _DAY)
    return days if 0 < days <= LONGEST else None


def day(expires_at: int) -> str:
    """Harbor's `expires_at` as the fleet writes it: the day in the course of which it is refused, or `never`."""
    if expires_at == NEVER:
        return "never"
    try:
        return datetime.datetime.fromtimestamp(expires_at, datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return datetime.date.max.isoformat()  # 2147483646 days end in the year 5881580


def is_over(expires_at: int, now: datetime.datetime) -> bool:
    """Whether Harbor refuses it now; nothing but this date says so, `disable` stays false."""
    return expires_at != NEVER and expires_at <= now.timestamp()
