"""What units of a run found, put together: counts are added, and nothing is lost or counted twice."""

from __future__ import annotations

from mooring.problems.problem import ObjectRef, Problem
from mooring.pulls.tally import Tally
from mooring.pulls.verdict import Pull
from mooring.tree.findings import Counts, Findings
from mooring.tree.unit import Produced

PULL = Pull("nginx", (), "pod", "spec", (), None, None, "not-harbor", ObjectRef("v1", "Pod", "ns", "p"))


def test_counts_are_added() -> None:
    assert Counts(1, 2, Tally(proved=3)) + Counts(10, 20, Tally(broken=30)) == Counts(11, 22, Tally(proved=3, broken=30))
    assert Counts() == Counts(0, 0, Tally())


def test_findings_and_files_of_two_units() -> None:
    first, second = Problem("schema", "first"), Problem("schema", "second")
    total = Produced({"a": "1"}, Findings([first], Counts(1, 1), {("robot", "a", "p")}, [PULL]))
    total.add(Produced({"b": "2"}, Findings([second], Counts(2, 3), {("robot", "b", "p"), ("robot", "a", "p")}, [PULL])))
    assert total.files == {"a": "1", "b": "2"}
    assert total.findings.problems == [first, second]
    assert total.findings.counts == Counts(3, 4)
    assert total.findings.used == {("robot", "a", "p"), ("robot", "b", "p")}
    assert total.findings.followed == [PULL, PULL]
