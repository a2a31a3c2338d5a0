"""A robot's credential → the ciphertexts of its Secret under `secrets/`, one for each namespace: encrypted in memory first,
then written under temporary names, then renamed to their places.

Nobody here has a key: which login a file holds is what its annotation says, and its secret cannot be had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mooring import backends
from mooring.backends.ciphertexts import LOGIN, Cannot, Encrypt, Plain, docker_config, login_of, path
from mooring.delivery.model import Fault, Held, Told, Written
from mooring.files import Absent, Boundary, Unreadable, display_path
from mooring.files.products import Foreign
from mooring.files.writing import Unwritable, Writer, remove_folders
from mooring.fleet import model
from mooring.plan.environment import ResolvedEnvironment
from mooring.plan.namespace import namespaces_of
from mooring.processes import interruption
from mooring.redaction import Credential, quote
from mooring.yaml.document import read_manifests


class File(NamedTuple):
    """A ciphertext: its environment and that one's back end, its path below the repository, its text."""

    environment: str
    backend: str
    path: str
    text: str


def ready(name: str, environments: Sequence[ResolvedEnvironment]) -> tuple[Fault, ...]:
    """Why the Secrets of the robot `name` cannot be encrypted."""
    found = ((one.name, _encrypter(name, one)) for one in environments)
    return tuple(Fault((environment,), *told) for environment, told in found if isinstance(told, Told))


def encrypted(
    name: str, environments: Sequence[ResolvedEnvironment], secret: Credential, login: str | None
) -> tuple[tuple[File, ...], tuple[Fault, ...]]:
    """The files of all environments, as many as namespaces have the robot's Secret; and why there are none."""
    files: list[File] = []
    faults: list[Fault] = []
    for environment in environments:
        encrypt = _encrypter(name, environment)
        if isinstance(encrypt, Told):
            faults.append(Fault((environment.name,), *encrypt))
            continue
        for one in _files(environment, environment.robots.by_name[name], encrypt, secret, login):
            if isinstance(one, Cannot):
                faults.append(Fault((environment.name,), *one))
            else:
                files.append(one)
    return tuple(files), tuple(dict.fromkeys(faults))


def _files(
    environment: ResolvedEnvironment, robot: model.Robot, encrypt: Encrypt, secret: Credential, login: str | None
) -> Iterator[File | Cannot]:
    """The files of one environment, in the fleet's order of namespaces."""
    login = login or environment.login(robot)
    config = docker_config(environment.hosts(robot), login, secret)
    for namespace in namespaces_of(environment, robot.name):
        text = encrypt(Plain(namespace, robot.secret, robot.name, login, config))
        file = path(environment.name, namespace, robot.secret).as_posix()
        yield text if isinstance(text, Cannot) else File(environment.name, environment.fleet.backend_of(robot), file, text)


def _encrypter(name: str, environment: ResolvedEnvironment) -> Encrypt | Told:
    """What encrypts the Secrets of the robot `name` in one environment."""
    robot = environment.robots.by_name[name]
    if not namespaces_of(environment, name):
        return Told(
            f"no namespace has the Secret of robot {quote(name, 'name')}: there is nothing to encrypt it for",
            "add the service that needs the robot, or its `namespaces`, or leave this environment out with `--env`",
        )
    found = backends.encrypter(environment.fleet.backend_of(robot), environment.fleet, environment.root)
    return Told(*found) if isinstance(found, Cannot) else found


def held(robot: model.Robot, environment: ResolvedEnvironment) -> Held:
    """The login that the files of one environment say they hold; none where they differ, or one is missing: then the login
    of no file has reached all namespaces."""
    found: set[str] = set()
    for namespace in namespaces_of(environment, robot.name):
        file = environment.root / path(environment.name, namespace, robot.secret)
        login = _login_in(file, environment.root)
        if isinstance(login, Told):
            return Held(unknown=Told(login.message, login.hint or f"write it with `mooring secret set {robot.name}`"))
        found.add(login)
    return Held(found.pop()) if len(found) == 1 else Held(partly=frozenset(found - {""}))


def forget(name: str, environments: Sequence[ResolvedEnvironment]) -> tuple[Fault, ...]:
    """Files are the user's to delete: why those of a robot that is no more stand in the way of a new one."""
    return tuple(
        Fault(
            (one.name,),
            f"the ciphertexts of robot {quote(name, 'name')} hold the login of a robot that Harbor does not have",
            f"delete its files under {quote(path(one.name, '*', one.robots.by_name[name].secret).as_posix(), 'path')}",
        )
        for one in environments
    )


def _login_in(file: Path, root: Path) -> str | Told:
    """The login that a file says it holds, empty where there is no file; why it says none."""
    shown = quote(display_path(file), "file")
    try:
        documents, problems = read_manifests(Boundary(root).read(file), display_path(file))
    except Absent:
        return ""
    except Unreadable as error:
        return Told(f"{shown} {error.why}", error.hint)
    login = login_of(documents[0].data) if len(documents) == 1 and not problems else None
    return login or Told(f"{shown} does not say which login it holds: it has no annotation `{LOGIN}`", "")


def unreadable(robot: model.Robot) -> Told:
    """Why the secret in a ciphertext cannot be copied elsewhere."""
    message = f"the secret of robot {quote(robot.name, 'name')} stands encrypted in the repository, and mooring has no key"
    return Told(message, f"write it with `mooring secret set {robot.name}`, where it is known")


class Files:
    """Ciphertexts on their way to the disk, all or none: `prepare`, then `commit`. What is not committed at the end of the
    `with` is taken away."""

    def __init__(self, root: Path, files: Sequence[File]) -> None:
        self._root = root
        self._files = files
        self._writer = Writer(root, inputs=True)

    @property
    def written(self) -> tuple[Written, ...]:
        """What `commit` writes: a ciphertext is another one each time."""
        return tuple(
            Written((one.environment,), one.backend, str(display_path(self._root / one.path)), changed=True)
            for one in self._files
        )

    def prepare(self) -> tuple[Fault, ...]:
        """Writes them under temporary names; why that cannot be."""
        texts = {one.path: one.text for one in self._files}
        return self._said(lambda: self._writer.prepare(texts, texts))

    def commit(self) -> tuple[Fault, ...]:
        """Renames them to their places; why that cannot be."""
        with interruption.held():
            return self._said(self._writer.commit)

    def _said(self, do: Callable[[], None]) -> tuple[Fault, ...]:
        """Does it; what the system says against it, as a fault of all environments."""
        try:
            do()
        except (Foreign, Unwritable) as error:
            why = error.what if isinstance(error, Foreign) else error.why
            shown = quote(display_path(self._root / error.path), "file")
            names = tuple(dict.fromkeys(one.environment for one in self._files))
            return (Fault(names, f"{shown} cannot be written: {why}", "mend that, then run again"),)
        return ()

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_error: object) -> None:
        remove_folders(self._root, self._writer.abandon())
