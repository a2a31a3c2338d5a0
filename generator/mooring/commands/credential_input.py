"""How a command is given a credential: one line of a file, of standard input or of a prompt that shows nothing.

Never as an argument, which `ps` shows to everybody and a shell keeps, nor in a variable of mooring's, which every child
inherits. What is read is refused where it cannot be a credential as it was meant, and no message holds any of it.
"""

from __future__ import annotations

import getpass
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

from mooring import report
from mooring.commands.running import Refused
from mooring.files import Unreadable, display_path, read_private, read_stream
from mooring.processes.cores import dump_none
from mooring.redaction import Credential, quote

# Harbor takes secrets of at most 128 bytes, and Vault's tokens may be longer.
HARBORS_LIMIT, TOKEN_LIMIT = 128, 4096
STDIN = Path("-")


class Login(NamedTuple):
    """Who calls a server, and the secret that proves it."""

    name: str
    secret: Credential


def read_credential(source: Path | None, what: str, most: int = HARBORS_LIMIT) -> Credential:
    """One credential of at most `most` bytes, called `what` in messages: "the robot's secret".

    From the file `source`, from standard input for `-`; without a `source`, from a prompt where standard input is a
    terminal, else from it. `Refused` where there is none, or what is there is more or less than one line.
    """
    dump_none()
    if _prompts(source):
        return Credential(_line(_asked(f"{what} (not shown): "), "what was entered", what, most))
    text, place = _text(source, what, most + len("\r\n") + 1)
    return Credential(_line(_without_end(text), place, what, most))


def read_login(source: Path | None, what: str, most: int = HARBORS_LIMIT) -> Login:
    """A name and its secret, from two lines of what `read_credential` reads one line of."""
    dump_none()
    if _prompts(source):
        name = _line(_asked(f"name of {what} (not shown): "), "what was entered", "the name", _LONGEST_NAME)
        return Login(name, read_credential(None, f"secret of {what}", most))
    text, place = _text(source, what, _LONGEST_NAME + most + 2 * len("\r\n") + 1)
    name, end, rest = _without_end(text).partition("\n")
    if not end:
        raise Refused(f"{place} holds one line", f"write the name of {what} into the first line, its secret into the second")
    return Login(
        _line(name.removesuffix("\r"), f"the first line of {place}", "the name", _LONGEST_NAME),
        Credential(_line(rest, f"the second line of {place}", f"the secret of {what}", most)),
    )


def text_of_variable(name: str, text: str, what: str, most: int) -> Credential:
    """The same for what other tools keep in a variable, such as Vault's token."""
    dump_none()
    return Credential(_line(text, f"the variable {name}", what, most))


_LONGEST_NAME = 512  # bytes; a robot's login has at most 255 characters beside its prefix


def _prompts(source: Path | None) -> bool:
    return source is None and sys.stdin.isatty()


def _asked(prompt: str) -> str:
    """What is entered at the terminal, which shows none of it. `Refused` where it cannot be kept from showing it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt, stream=None)
        except getpass.GetPassWarning:
            raise Refused("this terminal cannot hide what is typed", _FROM_ELSEWHERE) from None
        except EOFError:
            raise Refused("nothing was entered", _FROM_ELSEWHERE) from None
        except (UnicodeError, OSError):
            raise Refused("what was entered cannot be read", _FROM_ELSEWHERE) from None


_FROM_ELSEWHERE = "give it on standard input, or in a file that only you can read"


def _text(source: Path | None, what: str, most: int) -> tuple[str, str]:
    """The first `most` bytes of a file or of standard input as text, and what the place is called in messages."""
    if source is None or source == STDIN:
        place = "standard input"
        try:
            raw = read_stream(sys.stdin.buffer, place)[:most]
        except Unreadable as error:
            raise Refused(f"{place} {error.why}", f"give {what} as one line") from None
    else:
        place = quote(display_path(source), "file")
        try:
            raw, mode = read_private(source, most)
        except Unreadable as error:
            raise Refused(f"{place} {error.why}", error.hint or f"name a file that holds {what}") from None
        if mode is not None:
            _warn(f"other users may read {place} (mode {mode:04o})", "take that away with `chmod go= FILE`")
    try:
        # A text that was cut, in the middle of a character perhaps, is too long for what it is read for.
        return raw.decode(errors="strict" if len(raw) < most else "replace"), place
    except UnicodeDecodeError:
        raise Refused(f"{place} is not UTF-8", f"write {what} as UTF-8") from None


def _without_end(text: str) -> str:
    """The text without the line break that ends its last line."""
    return text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")


def _line(text: str, place: str, what: str, most: int) -> str:
    """The text, which is one line that may be a credential, or a name. `Refused` else."""
    if not text:
        raise Refused(f"{place} is empty", f"give {what} as one line")
    if "\n" in text:
        raise Refused(f"{place} holds more than one line", f"give {what} alone, as one line")
    if len(text.encode(errors="surrogatepass")) > most:
        raise Refused(f"{place} is longer than {most} bytes", f"give {what} alone, as one line")
    if not text.isprintable():
        raise Refused(f"{place} holds a control character, or one that cannot be seen", f"copy {what} again, without it")
    if text != text.strip():
        _warn(f"{place} begins or ends with a blank, which becomes a part of {what}", "leave it out if it is none")
    return text


def _warn(message: str, hint: str) -> None:
    report.emit(f"mooring: warning: {message}\n        hint: {hint}\n", sys.stderr)
