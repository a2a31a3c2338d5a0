"""A credential on its way from whoever gave it to where it is kept: shown by nothing, until it is told to reveal itself."""

from __future__ import annotations

from typing import NoReturn

from mooring.redaction.kinds import MASK


class Credential:  # noqa: PLW1641 - not hashable: a key of a mapping is easily printed
    """A text that no message, log, traceback or copy shows; `reveal` alone gives it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The credential itself: for the back end or the server that it is meant for, and for nothing else."""
        return self.__text

    def __repr__(self) -> str:
        return MASK

    def __format__(self, _spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Credential):
            return NotImplemented
        import hmac  # brings OpenSSL

        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential is not serialized")
