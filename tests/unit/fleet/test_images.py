"""What an environment makes of an image: another host of the same Harbor, another name, tag or digest."""

from __future__ import annotations

import pytest

from mooring.fleet import model
from mooring.fleet.images import ImageChanges, image_changes

DIGEST = "sha256:" + "0" * 64


def changes(*overrides: dict[str, str], host: str = "", aliases: tuple[str, ...] = ()) -> ImageChanges:
    """The changes of an environment with these overrides, and with another host where one is given."""
    registry = model.Registry(name="harbor", host="harbor.example.com:8443", aliases=aliases)
    base = model.Fleet(metadata=model.Metadata(name="f"), registries=(registry,))
    after = model.Registry(name="harbor", host=host or registry.host)
    resolved = model.Fleet(metadata=model.Metadata(name="f"), registries=(after,))
    images = tuple(model.ImageOverride(**override) for override in overrides)
    return image_changes(base, resolved, model.Environment(name="e", images=images))


@pytest.mark.parametrize(("written", "changed"), [
    ("harbor.example.com:8443/p/a:1", "new.example.com/p/a:1"),
    ("harbor.example.com/p/a:1", "new.example.com/p/a:1"),
    ("HARBOR.example.com/p/a", "new.example.com/p/a"),
    ("cr.example.com/p/a:1", "new.example.com/p/a:1"),
    ("oci://harbor.example.com/p/m:1", "oci://new.example.com/p/m:1"),
    ("oci+native://harbor.example.com/p/m:1", "oci+native://new.example.com/p/m:1"),
    ("s3://harbor.example.com/p/m", "s3://harbor.example.com/p/m"),
    ("other.example.com/p/a:1", "other.example.com/p/a:1"),
    ("harbor.example.com/P/a:1", "harbor.example.com/P/a:1"),
    ("nginx", "nginx"),
])  # fmt: skip
def test_another_host_of_harbor(written: str, changed: str) -> None:
    assert changes(host="new.example.com", aliases=("cr.example.com",)).changed(written).image == changed


@pytest.mark.parametrize(("override", "written", "changed"), [
    ({"new_tag": "2"}, "h.io/p/a:1", "h.io/p/a:2"),
    ({"new_tag": "2"}, "h.io/p/a", "h.io/p/a:2"),
    ({"new_tag": "2"}, f"h.io/p/a:1@{DIGEST}", "h.io/p/a:2"),
    ({"digest": DIGEST}, "h.io/p/a:1", f"h.io/p/a@{DIGEST}"),
    ({"digest": DIGEST, "new_tag": "2"}, "h.io/p/a:1", f"h.io/p/a@{DIGEST}"),
    ({"new_name": "h.io/q/b"}, "h.io/p/a:1", "h.io/q/b:1"),
    ({"new_name": "h.io/q/b"}, f"h.io/p/a:1@{DIGEST}", f"h.io/q/b:1@{DIGEST}"),
    ({"new_name": "h.io/q/b", "new_tag": "2"}, "h.io/p/a:1", "h.io/q/b:2"),
    ({"new_tag": "2"}, "h.io/p/ab:1", "h.io/p/ab:1"),
    ({"new_tag": "2"}, "oci://h.io/p/a:1", "oci://h.io/p/a:2"),
])  # fmt: skip
def test_another_name_tag_or_digest(override: dict[str, str], written: str, changed: str) -> None:
    found = changes({"name": "h.io/p/a", **override})
    assert found.changed(written) == (changed, ("h.io/p/a",) if changed != written else ())


@pytest.mark.parametrize(("written", "changed"), [
    ("localhost:5000/a", "localhost:5000/a:2"), ("localhost:5000/a:1", "localhost:5000/a:2"),
])  # fmt: skip
def test_the_colon_of_a_port_is_no_tag(written: str, changed: str) -> None:
    assert changes({"name": "localhost:5000/a", "new_tag": "2"}).changed(written).image == changed


def test_a_new_name_is_looked_up_among_the_overrides_that_follow() -> None:
    """As Kustomize goes through its list: what stands before is not asked again."""
    rename, retag = {"name": "h.io/a", "new_name": "h.io/b"}, {"name": "h.io/b", "new_tag": "2"}
    assert changes(rename, retag).changed("h.io/a:1").image == "h.io/b:2"
    assert changes(retag, rename).changed("h.io/a:1").image == "h.io/b:1"
    assert changes(rename, {"name": "h.io/b", "new_name": "h.io/a"}).changed("h.io/a:1").image == "h.io/a:1"


def test_of_two_overrides_of_one_name_the_first_that_settles_it_counts() -> None:
    assert (
        changes({"name": "h.io/a", "new_tag": "2"}, {"name": "h.io/a", "new_tag": "3"}).changed("h.io/a").image == "h.io/a:2"
    )


def test_nothing_is_changed_where_nothing_differs() -> None:
    assert not changes()
    assert changes(host="new.example.com")
    assert changes({"name": "a", "new_tag": "1"})
