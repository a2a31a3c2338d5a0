"""Image references and what the kubelet makes of them: name, tag, digest, or nothing.

The first part is the tables of https://github.com/distribution/reference/tree/v0.6.0 (reference_test.go,
normalize_test.go) as data, the rest what has been read wrongly or may be. `<64>` stands for so many `f`, `<a256>` for so
many `a`; tests/real/test_registryread.py holds every row to the library itself.
"""

from __future__ import annotations

_SHORT = {
    "<34>": "f" * 34, "<63>": "f" * 63, "<64>": "f" * 64, "<F64>": "F" * 64, "<96>": "f" * 96, "<128>": "f" * 128,
    "<a250>": "a" * 250, "<a255>": "a" * 255, "<a256>": "a" * 256, "<a/127>": "a/" * 127,
    "<t128>": "t" * 128, "<t129>": "t" * 129, "<word>": "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev",
    "<id>": "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a",
}  # fmt: skip


def full(text: str) -> str:
    """A row's text at its full length."""
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    return text


READ: tuple[tuple[str, str, str, str], ...] = (
    ("test_com", "docker.io/library/test_com", "", ""),
    ("test.com:tag", "docker.io/library/test.com", "tag", ""),
    ("test.com:5000", "docker.io/library/test.com", "5000", ""),
    ("test.com/repo:tag", "test.com/repo", "tag", ""),
    ("test:5000/repo", "test:5000/repo", "", ""),
    ("test:5000/repo:tag", "test:5000/repo", "tag", ""),
    ("test:5000/repo@sha256:<64>", "test:5000/repo", "", "sha256:<64>"),
    ("test:5000/repo:tag@sha256:<64>", "test:5000/repo", "tag", "sha256:<64>"),
    ("Uppercase/lowercase:tag", "Uppercase/lowercase", "tag", ""),
    ("lowercase:Uppercase", "docker.io/library/lowercase", "Uppercase", ""),
    ("<a/127>a:tag-puts-this-over-max", "docker.io/<a/127>a", "tag-puts-this-over-max", ""),
    ("sub-dom1.foo.com/bar/baz/quux", "sub-dom1.foo.com/bar/baz/quux", "", ""),
    ("sub-dom1.foo.com/bar/baz/quux:some-long-tag", "sub-dom1.foo.com/bar/baz/quux", "some-long-tag", ""),
    ("b.gcr.io/test.example.com/my-app:test.example.com", "b.gcr.io/test.example.com/my-app", "test.example.com", ""),
    ("xn--n3h.com/myimage:xn--n3h.com", "xn--n3h.com/myimage", "xn--n3h.com", ""),
    ("xn--7o8h.com/myimage:xn--7o8h.com@sha512:<128>", "xn--7o8h.com/myimage", "xn--7o8h.com", "sha512:<128>"),
    ("foo_bar.com:8080", "docker.io/library/foo_bar.com", "8080", ""),
    ("foo/foo_bar.com:8080", "docker.io/foo/foo_bar.com", "8080", ""),
    ("192.168.1.1", "docker.io/library/192.168.1.1", "", ""),
    ("192.168.1.1:tag", "docker.io/library/192.168.1.1", "tag", ""),
    ("192.168.1.1:5000", "docker.io/library/192.168.1.1", "5000", ""),
    ("192.168.1.1/repo", "192.168.1.1/repo", "", ""),
    ("192.168.1.1:5000/repo", "192.168.1.1:5000/repo", "", ""),
    ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000/repo", "5050", ""),
    ("[2001:db8::1]/repo", "[2001:db8::1]/repo", "", ""),
    ("[2001:db8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]/repo", "tag", ""),
    ("[2001:db8::1]:5000/repo", "[2001:db8::1]:5000/repo", "", ""),
    ("[2001:db8::1]:5000/repo:tag@sha256:<64>", "[2001:db8::1]:5000/repo", "tag", "sha256:<64>"),
    ("[::1]:5000/repo", "[::1]:5000/repo", "", ""),
    ("example.com/<a255>:tag", "example.com/<a255>", "tag", ""),
    ("docker/docker", "docker.io/docker/docker", "", ""),
    ("library/debian", "docker.io/library/debian", "", ""),
    ("debian", "docker.io/library/debian", "", ""),
    ("localhost/debian", "localhost/debian", "", ""),
    ("LOCALDOMAIN/debian", "LOCALDOMAIN/debian", "", ""),
    ("docker.io/debian", "docker.io/library/debian", "", ""),
    ("index.docker.io/docker/docker", "docker.io/docker/docker", "", ""),
    ("index.docker.io/debian", "docker.io/library/debian", "", ""),
    ("127.0.0.1:5000/docker/docker", "127.0.0.1:5000/docker/docker", "", ""),
    (
        "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev",
        "docker.io/library/<word>",
        "",
        "",
    ),
    ("docker.io/<id>", "docker.io/library/<id>", "", ""),
    ("Docker/docker", "Docker/docker", "", ""),
    ("docker---rules/docker", "docker.io/docker---rules/docker", "", ""),
    ("dock__er/docker", "docker.io/dock__er/docker", "", ""),
    ("h.example.com/p/a@sha384:<96>", "h.example.com/p/a", "", "sha384:<96>"),
    ("h.example.com/p/a:<t128>", "h.example.com/p/a", "<t128>", ""),
    ("h_x.example.com/p/a:1", "h_x.example.com/p/a", "1", ""),
    ("h--a.com/p", "h--a.com/p", "", ""),
    ("A/b", "A/b", "", ""),
    ("[A]/b", "[A]/b", "", ""),
    ("index.docker.io", "docker.io/library/index.docker.io", "", ""),
    ("docker.io:443/x", "docker.io:443/x", "", ""),
    ("Docker.io/x", "Docker.io/x", "", ""),
)

REFUSED: tuple[str, ...] = (
    "", ":justtag", "@sha256:<64>", "repo@sha256:<34>", "validname@invaliddigest:<64>", "Uppercase:tag",
    "test:5000/Uppercase/lowercase:tag", "domain/<a256>:tag", "aa/asdf$$^/aa", "[2001:db8::1]", "[2001:db8::1]:5000",
    "[2001:db8::1]:tag", "[fe80::1%eth0]:5000/repo", "[fe80::1%@invalidzone]:5000/repo", "<id>",
    "https://github.com/docker/docker", "docker/Docker", "-docker", "-docker/docker", "-docker.io/docker/docker",
    "docker///docker", "docker.io/docker/Docker", "fc00::1:5000/debian", "[2001:db8:3:4::192.0.2.33]:5000/debian",
    "docker-/docker", "____/____", "_docker/_docker", "dock..er/docker", "dock_.er/docker", "dock-.er/docker", "docker/",
    "h.example.com/p/a@sha256:<63>", "h.example.com/p/a@sha256:<64>f", "h.example.com/p/a@sha256:<F64>",
    "h.example.com/p/a@SHA256:<64>", "h.example.com/p/a@sha384:<64>", "h.example.com/p/a@md5:<34>",
    "h.example.com/p/a@sha256+b64:<64>", "h.example.com/<a256>", "h.example.com/p/a..b:1", "h.example.com/p/a-.b:1",
    "h.example.com/p/a___b", "h.example.com/p/a:<t129>", "h.example.com/p/a:", "h.example.com/p/a:-x",
    "h.example.com/p/a:1+build5", "h.example.com/p/a:1@", "h.example.com/P/a", "h.example.com/p/${IMAGE}",
    "h.example.com/p/a:${TAG}", "${REGISTRY}/p/a", "h_x.example.com:80/p/a", "h__x.example.com/<a250>", "h..example.com/p/a",
    "h.example.com./p/a", ".h/p/a", "h.-a.com/p", "a.b/", "a.b//c", "[a]/b", "h.example.com:/p/a", "h.example.com:80a/p/a",
    "h.example.com/p/a\\n", " h.example.com/p/a", "h.example.com/p/\u0131", "h\u0130.example.com/p",
    "oci://h.example.com/p/a", "u@h.example.com/p/a", "{{.Name}}", "docker.io/", "docker.io/library/",
)  # fmt: skip
