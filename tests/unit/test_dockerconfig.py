"""Docker configurations are read, and their entries matched, as the kubelet does it."""

from __future__ import annotations

import base64

import pytest

from mooring.registry.dockerconfig import DATA_KEY, of_secret, parse
from mooring.registry.kubelet import ordered
from mooring.registry.reference import parse as parse_image
from tests.support.dockerconfigs import CONFIGURATIONS, MATCHES


@pytest.mark.parametrize(("key", "image", "matches"), MATCHES)
def test_a_key_is_tried_for_an_image(key: str, image: str, matches: bool) -> None:
    reference = parse_image(image)
    assert reference is not None
    assert ordered([key], reference) == ([key] if matches else [])


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


def test_longer_paths_are_tried_first_and_docker_hubs_own_key_last() -> None:
    reference = parse_image("docker.io/library/jenkins")
    assert reference is not None
    keys = ["index.docker.io", "docker.io", "*.io", "docker.io/library", "https://docker.io/v1/library/jenkins"]
    assert ordered(keys, reference) == [keys[4], keys[3], keys[1], keys[2]]
    assert ordered(keys[:1], reference) == keys[:1]


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
