"""The stand-in answers each of the 225 recorded pulls as Harbor did: status by status."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.harbor import HarborStandIn, matrix, tokens
from tests.support.harbor.client import Client

ACCEPT = {"Accept": "application/vnd.oci.image.manifest.v1+json"}


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HarborStandIn]:
    with HarborStandIn(tmp_path_factory.mktemp("harbor")) as server:
        matrix.set_up(server)
        yield server


def test_there_are_225_rows() -> None:
    assert len(matrix.rows()) == 225
    assert len({row.credential for row in matrix.rows()}) == 27


@pytest.mark.parametrize("credential", list(dict.fromkeys(row.credential for row in matrix.rows())))
def test_each_row_is_answered_as_recorded(harbor: HarborStandIn, credential: str) -> None:
    with Client(harbor) as client:
        for row in matrix.rows():
            if row.credential == credential:
                assert asked(client, row) == row._replace(
                    challenge=row.challenge and row.challenge.replace("HOST", harbor.host)
                )


def asked(client: Client, row: matrix.Row) -> matrix.Row:
    """The row, as the stand-in answers it."""
    who, path = matrix.login(row), matrix.path(row)
    scope = f"repository:{path.removeprefix('/v2/').split('/manifests/')[0]}:pull"
    token = client.ask("GET", f"/service/token?service=harbor-registry&scope={scope}", who)
    bearer = {"Authorization": f"Bearer {token.json()['token']}"}
    plain = client.ask("GET", path, who, **ACCEPT)
    wrong = plain.json()["errors"][0] if plain.status >= 400 else {}
    return row._replace(
        v2=client.ask("GET", "/v2/", who).status,
        token_noscope=client.ask("GET", "/service/token?service=harbor-registry", who).status,
        token=token.status,
        actions=sorted(tokens.claims_of(token.json()["token"])["access"][0]["actions"]),
        head_basic=client.ask("HEAD", path, who, **ACCEPT).status,
        get_basic=plain.status,
        head_bearer=client.ask("HEAD", path, None, **ACCEPT, **bearer).status,
        get_bearer=client.ask("GET", path, None, **ACCEPT, **bearer).status,
        challenge=plain.headers.get("Www-Authenticate"),
        error=f"{wrong['code']}: {wrong['message']}" if wrong else "",
    )
