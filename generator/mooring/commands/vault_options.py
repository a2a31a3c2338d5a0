"""How a command reaches Vault: options, the variables that the `vault` program has too, and who is asking."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from mooring.commands.credential_input import TOKEN_LIMIT, read_credential, text_of_variable
from mooring.commands.running import Refused
from mooring.delivery import Access
from mooring.delivery.model import AppRole
from mooring.files import exists
from mooring.network import Address, address
from mooring.redaction import Credential

_MOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LOOPBACK = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]")


def vault_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options; none of them takes a credential."""
    group = parser.add_argument_group("Vault, for the back end external-secrets")
    group.add_argument("--vault-address", metavar="URL", help="Vault's address (default: $VAULT_ADDR)")
    group.add_argument(
        "--vault-mount", default="secret", metavar="PATH", help="where its KV engine is mounted (default: secret)"
    )
    group.add_argument("--vault-namespace", metavar="NAME", help="its namespace (default: $VAULT_NAMESPACE)")
    group.add_argument(
        "--vault-ca",
        type=Path,
        metavar="FILE",
        help="PEM file of the CA that signed its certificate (default: $VAULT_CACERT)",
    )
    group.add_argument(
        "--vault-token-file", type=Path, metavar="FILE", help="a token (default: $VAULT_TOKEN, else ~/.vault-token)"
    )
    group.add_argument("--vault-role-id-file", type=Path, metavar="FILE", help="log in with AppRole instead: the role's ID")
    group.add_argument("--vault-secret-id-file", type=Path, metavar="FILE", help="AppRole's secret ID")


def access(arguments: argparse.Namespace) -> Access | None:
    """How Vault is reached; None where no address is known. `Refused` where an option or a credential is wrong."""
    url = arguments.vault_address or os.environ.get("VAULT_ADDR")
    if not url:
        return None
    found = address(url, insecure=True)
    if not isinstance(found, Address):
        raise Refused("Vault's address is not `https://host` or `https://host:port`", "set `--vault-address` or VAULT_ADDR")
    if found.scheme == "http" and not _LOOPBACK.fullmatch(found.host):
        raise Refused("Vault's address is plain HTTP: the token and the credential could be read on the way", "use https")
    if not _MOUNT.fullmatch(mount := arguments.vault_mount.strip("/")):
        raise Refused("`--vault-mount` is not the path of a mount", "write it as `vault secrets list` shows it")
    ca = arguments.vault_ca or (Path(os.environ["VAULT_CACERT"]) if os.environ.get("VAULT_CACERT") else None)
    if ca is not None and not exists(ca):
        raise Refused("the file of Vault's CA does not exist", "name it with `--vault-ca` or VAULT_CACERT")
    namespace = arguments.vault_namespace or os.environ.get("VAULT_NAMESPACE") or None
    return Access(found.origin + found.path, mount, _login(arguments), namespace, ca)


def _login(arguments: argparse.Namespace) -> Credential | AppRole:
    """Who is asking: a role, else a token."""
    role, secret, token = arguments.vault_role_id_file, arguments.vault_secret_id_file, arguments.vault_token_file
    if role is not None or secret is not None:
        if role is None or secret is None or token is not None:
            raise Refused("AppRole needs a role ID and a secret ID, and no token", "give both files, and no token's")
        return AppRole(
            read_credential(role, "the role ID", TOKEN_LIMIT), read_credential(secret, "the secret ID", TOKEN_LIMIT)
        )
    if token is None and os.environ.get("VAULT_TOKEN"):
        return text_of_variable("VAULT_TOKEN", os.environ["VAULT_TOKEN"], "Vault's token", TOKEN_LIMIT)
    if token is None and not exists(token := Path.home() / ".vault-token"):
        raise Refused("there is no token for Vault", "`vault login` makes one; or name a file with `--vault-token-file`")
    return read_credential(token, "Vault's token", TOKEN_LIMIT)
