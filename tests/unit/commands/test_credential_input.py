"""What is taken for a credential, from where, and what is refused without a word of it being shown."""

from __future__ import annotations

import getpass
import io
import sys
import warnings
from pathlib import Path

import pytest

from mooring.commands import credential_input
from mooring.commands.credential_input import STDIN, read_credential, read_login
from mooring.commands.running import Refused

WHAT = "the robot's secret"
CANARY = "Zq7CaNaRy+7391/846205="


class Stdin(io.TextIOWrapper):
    """Standard input with some bytes; a terminal if `tty`."""

    def __init__(self, raw: bytes = b"", *, tty: bool = False) -> None:
        super().__init__(io.BytesIO(raw))
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def private(name: str, raw: bytes, mode: int = 0o600) -> Path:
    path = Path(name)
    path.write_bytes(raw)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"S3cret$x", "S3cret$x"),
        (b"S3cret$x\n", "S3cret$x"),
        (b"S3cret$x\r\n", "S3cret$x"),
        ("Größe: \"a\" 'b' \\ ${x} #1 äöü 密\n".encode(), "Größe: \"a\" 'b' \\ ${x} #1 äöü 密"),
        (b"".join(bytes([c]) for c in range(0x21, 0x7F)), "".join(map(chr, range(0x21, 0x7F)))),
        (b"x" * 128 + b"\r\n", "x" * 128),
        ("ä".encode() * 64, "ä" * 64),
    ],
)
def test_one_line_is_a_credential(
    raw: bytes, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(raw))
    assert read_credential(None, WHAT).reveal() == text
    assert read_credential(private("secret", raw), WHAT).reveal() == text
    monkeypatch.setattr(sys, "stdin", Stdin(raw, tty=True))
    assert read_credential(STDIN, WHAT).reveal() == text
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\r\n", "is empty"),
        (f"{CANARY}\n{CANARY}".encode(), "holds more than one line"),
        (f"{CANARY}\n\n".encode(), "holds more than one line"),
        (f"\n{CANARY}".encode(), "holds more than one line"),
        (f"{CANARY}\r".encode(), "holds a control character"),
        (f"{CANARY}\r\r\n".encode(), "holds a control character"),
        (f"{CANARY}\t".encode(), "holds a control character"),
        (f"{CANARY}\0".encode(), "holds a control character"),
        (f"\x1b[200~{CANARY}\x1b[201~".encode(), "holds a control character"),
        (f"\ufeff{CANARY}".encode(), "holds a control character, or one that cannot be seen"),
        (f"{CANARY}\u200b".encode(), "holds a control character, or one that cannot be seen"),
        (f"{CANARY}\u2028x".encode(), "holds a control character, or one that cannot be seen"),
        (f"{CANARY}\u202ex".encode(), "holds a control character, or one that cannot be seen"),
        (f"{CANARY}\xa0".encode(), "holds a control character, or one that cannot be seen"),
        (CANARY.encode() * 6, "is longer than 128 bytes"),
        (b"x" * 129, "is longer than 128 bytes"),
        (b"x" * 129 + b"\n", "is longer than 128 bytes"),
        (b"x" * 129 + b"\r\n", "is longer than 128 bytes"),
        ("ä".encode() * 65, "is longer than 128 bytes"),
        ("密".encode() * 5000, "is longer than 128 bytes"),
        (CANARY.encode() + b"\xff", "is not UTF-8"),
        (CANARY.encode() + "ä".encode()[:1], "is not UTF-8"),
        (CANARY.encode("utf-16"), "is not UTF-8"),
        (b"-----BEGIN PRIVATE KEY-----\n" + CANARY.encode() * 900, "holds more than one line"),
    ],
)
def test_anything_else_is_refused(raw: bytes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(raw))
    for source, place in ((None, "standard input"), (private("secret", raw), "`secret`")):
        with pytest.raises(Refused) as caught:
            read_credential(source, WHAT)
        assert caught.value.message.startswith(f"{place} {said}")
        assert WHAT in caught.value.hint
        assert CANARY not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (0o600, ""),
        (0o400, ""),
        (0o640, "mooring: warning: other users may read `secret` (mode 0640)\n"),
        (0o604, "mooring: warning: other users may read `secret` (mode 0604)\n"),
        (0o644, "mooring: warning: other users may read `secret` (mode 0644)\n"),
    ],
)
def test_a_file_that_others_may_read_is_used_with_a_warning(
    mode: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_credential(private("secret", CANARY.encode(), mode), WHAT).reveal() == CANARY
    told = capsys.readouterr().err
    assert told == (f"{said}        hint: take that away with `chmod go= FILE`\n" if said else "")


def test_a_mounted_secret_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "..2026").mkdir()
    private("..2026/token", CANARY.encode())
    Path("..data").symlink_to("..2026")
    Path("token").symlink_to("..data/token")
    assert read_credential(Path("token"), WHAT).reveal() == CANARY


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none", "`none` does not exist"),
        ("folder", "`folder` is a folder"),
        ("/dev/zero", "`/dev/zero` is a pipe, a socket or a device, not a regular file"),
        ("a\0b", "is not the name of a file"),
    ],
)
def test_what_is_no_file_is_refused(name: str, said: str) -> None:
    Path("folder").mkdir()
    with pytest.raises(Refused) as caught:
        read_credential(Path(name), WHAT)
    assert said in caught.value.message
    assert "fleet" not in caught.value.hint


def test_blanks_around_it_stay_and_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert read_credential(private("secret", b"S3cret \n"), WHAT).reveal() == "S3cret "
    said = "`secret` begins or ends with a blank, which becomes a part of the robot's secret"
    assert capsys.readouterr().err == f"mooring: warning: {said}\n        hint: leave it out if it is none\n"


def test_a_terminal_is_asked_and_shows_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def answer(prompt: str, stream: object = None) -> str:
        asked.append(prompt)
        return CANARY

    monkeypatch.setattr(getpass, "getpass", answer)
    monkeypatch.setattr(sys, "stdin", Stdin(tty=True))
    assert read_credential(None, WHAT).reveal() == CANARY
    assert read_login(None, "Harbor").secret.reveal() == CANARY
    assert asked == ["the robot's secret (not shown): ", "name of Harbor (not shown): ", "secret of Harbor (not shown): "]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (getpass.GetPassWarning("Can not control echo on the terminal."), "this terminal cannot hide what is typed"),
        (EOFError(), "nothing was entered"),
        (UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, "invalid start byte"), "what was entered cannot be read"),
    ],
)
def test_a_terminal_that_gives_none_is_refused(error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_prompt: str, stream: object = None) -> str:
        if isinstance(error, Warning):
            warnings.warn(error, stacklevel=2)
            return CANARY
        raise error

    monkeypatch.setattr(getpass, "getpass", answer)
    monkeypatch.setattr(sys, "stdin", Stdin(tty=True))
    with pytest.raises(Refused) as caught:
        read_credential(None, WHAT)
    assert (caught.value.message, caught.value.__suppress_context__) == (said, True)


@pytest.mark.parametrize(("entered", "said"), [("", "is empty"), ("a\x03b", "holds a control character")])
def test_what_is_entered_is_judged_too(entered: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda *_, **__: entered)
    monkeypatch.setattr(sys, "stdin", Stdin(tty=True))
    with pytest.raises(Refused, match=f"^what was entered {said}"):
        read_credential(None, WHAT)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (f"admin\n{CANARY}".encode(), "admin"),
        (f"robot$vision+ci\r\n{CANARY}\r\n".encode(), "robot$vision+ci"),
        (f"{'x' * 512}\n{CANARY}\n".encode(), "x" * 512),
    ],
)
def test_two_lines_are_a_login(raw: bytes, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    login = read_login(private("login", raw), "Harbor")
    assert (login.name, login.secret.reveal()) == (name, CANARY)
    assert CANARY not in repr(login)
    monkeypatch.setattr(sys, "stdin", Stdin(raw))
    assert read_login(None, "Harbor") == login


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "`login` holds one line"),
        (CANARY.encode(), "`login` holds one line"),
        (f"{CANARY}\n".encode(), "`login` holds one line"),
        (f"\n{CANARY}\n".encode(), "the first line of `login` is empty"),
        (f"{CANARY}\n\n".encode(), "the second line of `login` is empty"),
        (f"admin\n{CANARY}\n{CANARY}\n".encode(), "the second line of `login` holds more than one line"),
        (f"admin\n{CANARY}\n\n".encode(), "the second line of `login` holds more than one line"),
        (f"ad\tmin\n{CANARY}\n".encode(), "the first line of `login` holds a control character"),
        (f"{'x' * 513}\n{CANARY}\n".encode(), "the first line of `login` is longer than 512 bytes"),
        (b"admin\n" + CANARY.encode() * 6, "the second line of `login` is longer than 128 bytes"),
        (b"admin\n" + CANARY.encode() * 600, "the second line of `login` is longer than 128 bytes"),
    ],
)
def test_any_other_lines_are_no_login(raw: bytes, said: str) -> None:
    with pytest.raises(Refused) as caught:
        read_login(private("login", raw), "Harbor")
    assert caught.value.message.startswith(said)
    assert CANARY not in caught.value.message + caught.value.hint


def test_a_token_may_be_longer() -> None:
    token = "hvb." + "a" * 1000
    assert read_credential(private("token", token.encode()), "the token", credential_input.TOKEN_LIMIT).reveal() == token
