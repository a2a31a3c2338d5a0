"""Quantities as Kubernetes writes them back: what `resource.ParseQuantity(…).String()` of apimachinery 0.36.1 gave."""

from __future__ import annotations

from typing import Any

import pytest

from mooring.kserve.quantities import canonical


@pytest.mark.parametrize(("written", "stored"), [
    ("2048Mi", "2Gi"), ("1024Mi", "1Gi"), ("1536Mi", "1536Mi"), ("2Gi", "2Gi"), ("1024Ki", "1Mi"), ("1000Ki", "1000Ki"),
    ("0.5Gi", "512Mi"), ("1.5Gi", "1536Mi"), ("0.5Ki", "512"), ("512Ki", "512Ki"), ("1025Mi", "1025Mi"),
    ("-2048Mi", "-2Gi"), ("0Gi", "0"), ("1Ei", "1Ei"), ("1.1Ki", "1126400m"),
    ("0.5", "500m"), ("500m", "500m"), ("1000m", "1"), ("1500m", "1500m"), ("1.0", "1"), ("1.5", "1500m"), ("2", "2"),
    ("1.0Ki", "1Ki"),
    ("0.1", "100m"), (".5", "500m"), ("1.", "1."), ("1000", "1k"), ("1024", "1024"), ("2048000", "2048k"),
    ("1000M", "1G"), ("0", "0"), ("0k", "0"), ("-0", "0"), ("0.001", "1m"), ("1n", "1n"), ("1000n", "1u"),
    ("1000u", "1m"), ("1000G", "1T"), ("1000T", "1P"), ("1000P", "1E"), ("1000k", "1M"),
    ("1e3", "1e3"), ("10e2", "1e3"), ("1E3", "1E3"), ("100e-2", "1"), ("1E", "1E"), ("5e-1", "500e-3"),
    # It keeps a decimal of three, six or nine places that does not end in three zeros.
    ("1.331G", "1.331G"), ("1.500G", "1.500G"), ("1.33G", "1330M"), ("1.331000G", "1331M"), ("+1", "+1"),
    ("123456789012345.678", "123456789012345.678"), ("1234567890123456.789", "1234567890123456789m"),
    ("9223372036854775807", "9223372036854775807"),
    (1, "1"), (2, "2"), (1000, "1k"), (0, "0"), (-1, "-1"),
])  # fmt: skip
def test_how_it_is_written_back(written: Any, stored: str) -> None:
    assert canonical(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "Gi",
            ".",
            "1 Gi",
            "1gi",
            "1K",
            "1Gib",
            "1e",
            "1e3Mi",
            "--1",
            "${CPU}",
            "1\n",
            "\u0661",
            None,
            True,
            0.5,
            [],
            {"a": 1},
        ),
        # Rounded, or cut to the largest number: what is stored is another quantity.
        *("0.1n", "1.0000000001", "8Ei", "1e20", "9" * 31),
    ],
)
def test_what_is_none_or_is_not_kept(written: Any) -> None:
    assert canonical(written) is None
