"""Which keys look like credentials: what stands under one is never shown."""

from __future__ import annotations

import pytest

from mooring.redaction import is_credential_key


@pytest.mark.parametrize("key", [
    "password", "PASSWORD", "dbPassword", "DB_PASSWORD", "db-password", "passwd", "passphrase", "pwd", "token",
    "HARBOR_TOKEN",
    "authToken", "secret", "clientSecret", "client_secret", "auth", "apikey", "apiKey", "API_KEY", "api-key", "privateKey",
    "private.key", "accessKey", "AWS_SECRET_ACCESS_KEY", "secretKey", "credential", "credentials", "robotCredentials",
    ".dockerconfigjson", ".dockercfg", "XMLToken", "oauth2Token", "a" * 300 + "_token",
])  # fmt: skip
def test_a_credential_s_key(key: str) -> None:
    assert is_credential_key(key)


@pytest.mark.parametrize("key", [
    "", "-", "name", "tokens", "tokenizer", "passwordFile", "secretName", "secretRef", "key", "publicKey", "keyApi",
    "author",
    "authentication", "monkey", "apikeys", "TOKEN_" + "a" * 300, "dockerconfigjson", "password1",
])  # fmt: skip
def test_no_credential_s_key(key: str) -> None:
    assert not is_credential_key(key)
