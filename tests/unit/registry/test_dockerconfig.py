"""Docker configurations are read as the kubelet reads them, and what is wrong with one is said without showing it."""

from __future__ import annotations

import base64

import pytest

from mooring.registry.dockerconfig import DATA_KEY, of_secret, parse, parse_printed
from mooring.registry.reference import parse as parse_image
from mooring.registry.sprig import UNSEEN
from tests.support.dockerconfigs import CONFIGURATIONS


@pytest.mark.parametrize(("raw", "usernames"), CONFIGURATIONS)
def test_a_configuration_is_read(raw: bytes, usernames: tuple[str, ...] | None) -> None:
    config, faults = parse(raw)
    if usernames is None:
        assert config is None or config.refused
        assert faults, "nothing is said of what the kubelet refuses"
    else:
        assert config is not None and not config.refused
        assert tuple(entry.username for entry in config.entries) == usernames


def test_nothing_is_tried_of_a_configuration_that_the_kubelet_refuses() -> None:
    reference = parse_image("harbor.example.com/p/a:1")
    assert reference is not None
    good = b'"harbor.example.com": {"auth": "dTpw"}'
    config, faults = parse(b'{"auths": {%s, "x.y": {"auth": "dTpw="}}}' % good)
    assert config is not None
    assert (config.keys, config.tried(reference)) == (("harbor.example.com", "x.y"), [])
    assert faults == ["`auth` of `x.y` is not base64 of `user:password`"]
    config, _ = parse(b'{"auths": {%s}}' % good)
    assert config is not None
    assert [entry.username for entry in config.tried(reference)] == ["u"]


@pytest.mark.parametrize("entry", [
    '{"auth": "hunter2"}', '{"auth": "aHVudGVyMg=="}', '{"username": "hunter2"}', '{"auth": ["hunter2"]}', '"hunter2"',
    '{"password": {"hunter2": 1}}', '{"auth": "dTpw", "password": "hunter2"}',
])  # fmt: skip
@pytest.mark.parametrize("key", ["harbor.example.com", "u:hunter2@harbor.example.com", "hunter2 hunter2"])
def test_no_fault_shows_a_credential(key: str, entry: str) -> None:
    _, faults = parse(f'{{"auths": {{"{key}": {entry}}}}}')
    assert faults
    assert "hunter2" not in " ".join(faults)


@pytest.mark.parametrize(("encoded", "read"), [
    ("eyJhdXRocyI6IHt9fQ==", True), ("eyJhdXRo\ncyI6IHt9fQ==\n", True), ("eyJhdXRo\r\ncyI6IHt9fQ==", True),
    ("eyJhdXRocyI6IHt9fQ", False), ("eyJhdXRocyI6IHt9fQ=", False), ("eyJhdXRocyI6IHt9fQ===", False),
    ("e yJhdXRocyI6IHt9fQ==", False),
])  # fmt: skip
def test_data_is_decoded_as_the_api_server_does_it(encoded: str, read: bool) -> None:
    config, faults, route = of_secret({"data": {DATA_KEY: encoded}})
    assert base64.b64decode("eyJhdXRocyI6IHt9fQ==") == b'{"auths": {}}'
    assert (config is not None) is read
    assert faults == ["`auths` names no registry" if read else "the docker configuration is not base64"]
    assert route == ("data", DATA_KEY)


U_P = "dTpw"  # u:p
NO_CREDENTIAL = "the entry of `h.io` has no credential"


@pytest.mark.parametrize(("text", "faults"), [
    ("x", ["the docker configuration is not JSON"]),
    ("[]", ["the docker configuration has no mapping `auths`"]),
    ('{"auths": null}', ["the docker configuration has no mapping `auths`"]),
    ('{"auths": {}}', ["`auths` names no registry"]),
    ('{"HttpHeaders": 1}', ["`HttpHeaders` is not a mapping of texts", "the docker configuration has no mapping `auths`"]),
    ('{"auths": {"h.io": 1}}', ["the entry of `h.io` is not a mapping"]),
    ('{"auths": {"h.io": null}}', ["the entry of `h.io` is not a mapping"]),
    ('{"auths": {"h.io": {}}}', [f"{NO_CREDENTIAL}: neither `auth` nor `username` and `password`"]),
    ('{"auths": {"h.io": {"auth": ""}}}', [f"{NO_CREDENTIAL}: neither `auth` nor `username` and `password`"]),
    ('{"auths": {"h.io": {"username": "u", "password": "p"}}}', []),
    ('{"auths": {"h.io": {"username": "u"}}}', [f"{NO_CREDENTIAL}: `username` and `password` belong together"]),
    ('{"auths": {"h.io": {"password": "p", "email": "e"}}}', [
        f"{NO_CREDENTIAL}: `username` and `password` belong together",
    ]),
    ('{"auths": {"h.io": {"identitytoken": "t"}}}', [f"{NO_CREDENTIAL}: the kubelet does not read `identitytoken`"]),
    ('{"auths": {"h.io": {"RegistryToken": "t"}}}', [f"{NO_CREDENTIAL}: the kubelet does not read `registrytoken`"]),
    ('{"auths": {"h.io": {}}, "credsStore": "desktop"}', [
        f"{NO_CREDENTIAL}: `credsStore` has left it on the machine where `docker login` ran",
    ]),
    ('{"auths": {"h.io": {}}, "credHelpers": {"h.io": "x"}}', [
        f"{NO_CREDENTIAL}: `credHelpers` has left it on the machine where `docker login` ran",
    ]),
    ('{"auths": {"h.io": {"auth": "dTpw"}}, "credsStore": "desktop"}', []),
    ('{"auths": {"h.io": {"auth": 1}}}', ["`auth` in the entry of `h.io` is not text"]),
    ('{"auths": {"h.io": {"email": 1, "auth": "dTpw", "username": []}}}', [
        "`username` in the entry of `h.io` is not text", "`email` in the entry of `h.io` is not text",
    ]),
    ('{"auths": {"h.io": {"auth": "dTpw"}, "a b": {"auth": "dTpw"}}}', [
        "the key of entry 2 of `auths` is not a registry host",
    ]),
    ('{"auths": {"a b": 1}}', [
        "the key of entry 1 of `auths` is not a registry host", "entry 1 of `auths` is not a mapping",
    ]),
    ('{"auths": {"h.io": {"auth": "dQ=="}}}', ["`auth` of `h.io` is not base64 of `user:password`"]),
    ('{"auths": {"h.io": {"auth": "dTo="}}}', ["`auth` of `h.io` is not base64 of `user:password`"]),
    ('{"auths": {"h.io": {"auth": "OnA="}}}', ["`auth` of `h.io` is not base64 of `user:password`"]),
    ('{"auths": {"a b": {"auth": "?"}}}', [
        "the key of entry 1 of `auths` is not a registry host",
        "`auth` of entry 1 of `auths` is not base64 of `user:password`",
    ]),
])  # fmt: skip
def test_what_is_wrong_is_said_in_words(text: str, faults: list[str]) -> None:
    assert parse(text)[1] == faults


@pytest.mark.parametrize(("text", "keys", "faults"), [
    ('{"h.io": {"auth": "dTpw"}, "x.io": {"username": "u", "password": "p"}}', ("h.io", "x.io"), []),
    ("{}", (), ["the docker configuration names no registry"]),
    ('{"auths": {"h.io": {"auth": "dTpw"}}}', (), ["`.dockercfg` has its hosts at the top, and not below `auths`"]),
    ('{"h.io": {}}', ("h.io",), [f"{NO_CREDENTIAL}: neither `auth` nor `username` and `password`"]),
    ('{"a b": {"auth": "dTpw"}}', ("a b",), ["the key of entry 1 of the docker configuration is not a registry host"]),
    ("[]", None, ["the docker configuration is not a mapping"]),
    ("x", None, ["the docker configuration is not JSON"]),
])  # fmt: skip
def test_the_older_form_has_its_hosts_at_the_top(text: str, keys: tuple[str, ...] | None, faults: list[str]) -> None:
    data = {"type": "kubernetes.io/dockercfg", "stringData": {".dockercfg": text, DATA_KEY: "x"}}
    config, found, route = of_secret(data)
    assert (config.keys if config else None, found, route) == (keys, faults, ("stringData", ".dockercfg"))


@pytest.mark.parametrize(("entry", "is_usable", "has_auth"), [
    ('{"auth": "dTpw"}', True, True),
    ('{"username": "u", "password": "p"}', True, False),
    ('{"username": "u"}', False, False),
    ("{}", False, False),
    ("null", False, False),
    ('{"auth": "Og=="}', False, True),
])  # fmt: skip
def test_which_entry_holds_a_credential(entry: str, is_usable: bool, has_auth: bool) -> None:
    config, _ = parse(f'{{"auths": {{"h.io": {entry}}}}}')
    assert config is not None and not config.refused
    assert [(one.is_usable, one.has_auth) for one in config.entries] == [(is_usable, has_auth)]


@pytest.mark.parametrize(("username", "password", "differs"), [
    ("u", "p", False), ("", "", False), ("u", "", False), ("", "p", False),
    ("v", "p", True), ("u", "q", True), ("", "q", True),
])  # fmt: skip
def test_auth_is_held_against_username_and_password(username: str, password: str, differs: bool) -> None:
    """The kubelet takes `auth`, other readers the two fields: they must not say different logins."""
    entry = f'{{"auth": "{U_P}", "username": "{username}", "password": "{password}"}}'
    config, faults = parse(f'{{"auths": {{"h.io": {entry}}}}}')
    assert config is not None
    assert [one.username for one in config.entries] == ["u"]
    assert faults == (["`auth` of `h.io` says another login than `username` and `password`"] if differs else [])


@pytest.mark.parametrize(("text", "refused"), [
    ('{"auths": {"h.io": {"auth": "dTpw"}}}', False),
    ('{"auths": {"h.io": {"auth": "dTo="}}}', False),
    ('{"auths": {"h.io": null}}', False),
    ('{"auths": {"h.io": {}}}', False),
    ('{"auths": {"h.io": {"auth": "dQ=="}}}', True),
    ('{"auths": {"h.io": {"auth": 1}}}', True),
    ('{"auths": {"h.io": {"email": 1, "auth": "dTpw"}}}', True),
    ('{"auths": {"h.io": []}}', True),
    ('{"auths": [], "auths": {"h.io": {"auth": "dTpw"}}}', True),
    ('{"auths": null, "auths": {"h.io": {"auth": "dTpw"}}}', False),
    ('{"HttpHeaders": [], "auths": {"h.io": {"auth": "dTpw"}}}', True),
])  # fmt: skip
def test_one_entry_may_have_the_kubelet_refuse_them_all(text: str, refused: bool) -> None:
    config, _ = parse(text)
    assert config is not None
    assert (config.keys, config.refused) == (("h.io",), refused)


@pytest.mark.parametrize(("key", "host"), [
    ("h.io", True), ("https://index.docker.io/v1/", True), ("http://h.io:5000", True), ("*.h.io", True),
    ("[::1]:5000/p", True), ("h_x.io", True), ("localhost", True),
    ("h..io", False), ("h.io:", False), ("h.io:x", False), ("u@h.io", False), ("h.io/?q", False), ("oci://h.io", False),
    ("", False), (" h.io", False),
])  # fmt: skip
def test_which_key_is_a_registry_s_host(key: str, host: bool) -> None:
    faults = parse(f'{{"auths": {{"{key}": {{"auth": "{U_P}"}}}}}}')[1]
    assert faults == ([] if host else ["the key of entry 1 of `auths` is not a registry host"])


@pytest.mark.parametrize(("data", "keys", "faults", "route"), [
    ({"stringData": {DATA_KEY: '{"auths": {"h.io": {"auth": "dTpw"}}}'}}, ("h.io",), [], ("stringData", DATA_KEY)),
    # What `stringData` says counts, as the API server merges it over `data`.
    ({"data": {DATA_KEY: "e30="}, "stringData": {DATA_KEY: '{"auths": {"h.io": {"auth": "dTpw"}}}'}}, ("h.io",), [],
     ("stringData", DATA_KEY)),
    ({"data": {DATA_KEY: "e30="}, "stringData": {"x": "y"}}, None, ["the docker configuration has no mapping `auths`"],
     ("data", DATA_KEY)),
    ({"data": {DATA_KEY: 1}}, None, ["the docker configuration is not text"], ("data", DATA_KEY)),
    ({"stringData": {DATA_KEY: None}}, None, ["the docker configuration is not text"], ("stringData", DATA_KEY)),
    ({"data": []}, None, ["the Secret has no `.dockerconfigjson`"], ("data", DATA_KEY)),
    ({}, None, ["the Secret has no `.dockerconfigjson`"], ("data", DATA_KEY)),
])  # fmt: skip
def test_the_configuration_of_a_secret(
    data: dict[str, object], keys: tuple[str, ...] | None, faults: list[str], route: tuple[str, str]
) -> None:
    config, found, place = of_secret(data)
    assert (config.keys if config else None, found, place) == (keys, faults, route)


@pytest.mark.parametrize(("text", "keys", "is_unseen", "faults"), [
    ('{"auths": {"h.io": {"auth": "§"}}}', ("h.io",), False, []),
    ("§", (), True, []), ('{"auths": §}', (), True, []), ('{"auths": nu§}', (), True, []),
    # Whatever comes in the place of the mark, this is no JSON.
    ("{oops, §}", None, False, ["the docker configuration is not JSON"]),
    ("{oops}", None, False, ["the docker configuration is not JSON"]),
])  # fmt: skip
def test_what_is_printed_with_values_that_only_the_cluster_sees(
    text: str, keys: tuple[str, ...] | None, is_unseen: bool, faults: list[str]
) -> None:
    config, said = parse_printed(text.replace("§", UNSEEN), UNSEEN, ".dockerconfigjson")
    assert said == faults
    assert (None if config is None else tuple(str(key) for key in config.keys)) == keys
    assert config is None or config.is_unseen is is_unseen
