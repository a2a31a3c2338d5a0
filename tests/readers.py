"""What a reader has before them: each policy's lines, its longest line, and its expressions.

python -m tests.readers [REPOSITORY …]
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.example import ROOT
from tests.support.reading import policies, read


def main(roots: list[Path]) -> None:
    print(f"{'lines':>5} {'longest':>7} {'expressions':>11}  policy")
    for root in roots:
        for path in policies(root):
            print("{:5} {:7} {:11}  {}".format(*read(path), path.relative_to(root)))


if __name__ == "__main__":
    main(
        [Path(name) for name in sys.argv[1:]]
        or [ROOT, ROOT / "tests/cases/policy/kubernetes-validating/environments/expected"]
    )
