"""What was asked and what was answered, as frozen values: all that a diagnosis knows."""

from __future__ import annotations

from dataclasses import dataclass

from mooring.doctor.refusal import Form
from mooring.network import Failure
from mooring.network.stages import Certificate
from mooring.registry.reference import Reference


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: `challenge` is `Www-Authenticate`, None where there was none; `code` and `message` are those of the
    first error in its body, of which nothing is shown; `ahead` is by how many seconds this machine's clock is ahead of the
    server's."""

    asked: str
    status: int
    challenge: str | None = None
    code: str = ""
    message: str = ""
    is_html: bool = False
    actions: tuple[str, ...] | None = None
    seconds: float = 0.0
    ahead: int | None = None


@dataclass(frozen=True, slots=True)
class Observations:
    """One pull, as far as it was asked for. `login` is empty where no credential was there; `anonymous` is the manifest
    without one, where a good credential was refused; `project` is Harbor's API, asked without a credential."""

    reference: Reference
    login: str = ""
    form: Form = ""
    failure: Failure | None = None
    chain: tuple[Certificate, ...] = ()
    ping: Reply | None = None
    project: Reply | None = None
    signed_in: Reply | None = None
    token: Reply | None = None
    manifest: Reply | None = None
    anonymous: Reply | None = None

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What was answered, in the order of asking."""
        found = (self.ping, self.project, self.signed_in, self.token, self.manifest, self.anonymous)
        return tuple(one for one in found if one is not None)

    @property
    def clock(self) -> int | None:
        """By how many seconds this machine's clock is ahead of the server's, as the first answer tells."""
        return next((one.ahead for one in self.replies), None)

    @property
    def is_refused(self) -> bool:
        """Whether the registry does not accept the credential."""
        return bool(self.login) and self.signed_in is not None and self.signed_in.status == 401
