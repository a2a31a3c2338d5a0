"""A secret of our making, as Harbor's rules want one: 8 to 128 characters, with a lower-case and an upper-case letter and a
digit (https://goharbor.io/docs/2.12.0/administration/managing-users/). Letters and digits alone: nothing eats one of them.
"""

from __future__ import annotations

import secrets
import string

_LETTERS = string.ascii_letters + string.digits
_LENGTH = 32  # as Harbor's own


def new_secret() -> str:
    """A random one, of about 190 bits."""
    while True:
        made = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        if any(map(str.islower, made)) and any(map(str.isupper, made)) and any(map(str.isdigit, made)):
            return made
