"""A robot's labels: what cannot stand in a label as it is stands there as its beginning and a digest."""

from __future__ import annotations

from mooring.fleet.labels import label_value, of_robot


def test_a_label_s_value_is_the_name_or_tells_names_apart() -> None:
    assert label_value("a" * 63) == "a" * 63
    assert label_value("a" * 64) != label_value("a" * 65) and label_value("a" * 64)[:52] == "a" * 52


def test_a_robot_s_secret_says_whose_it_is() -> None:
    assert of_robot("infra-demo") == {"app.kubernetes.io/managed-by": "mooring", "mooring.dev/robot": "infra-demo"}
