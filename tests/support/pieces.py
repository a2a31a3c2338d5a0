"""Pieces of YAML of which any text may be made, with `@` for a scalar in some of them."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support.corpus import PLACES, SCALARS

PIECES = st.one_of(
    st.sampled_from(("a: ", "b:\n", "  ", "- ", "{a: ", "[", "]", "}", ", ", ",", ": ", ":", "\n", "\n  ", "\n- ", " #", "'",
                     '"', "|\n", ">-\n  ", "\r\n", "é", "🚢", "\n---\n", *PLACES.values())),
    st.sampled_from(SCALARS),
    st.text(max_size=4),
)  # fmt: skip
