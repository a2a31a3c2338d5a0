"""Proves a credential by a pull, asked as a kubelet asks, once."""

from __future__ import annotations

from mooring.doctor.diagnosis import diagnose
from mooring.doctor.probe import probe
from mooring.doctor.verdict import Verdict, as_entry
from mooring.registry.credentials import AuthEntry
from mooring.registry.reference import parse
from mooring.rotation.standing import Stand

# The credential is accepted and has the right: what stops this pull stops it for every credential.
_PROVED = frozenset(
    {"no-such-tag", "no-such-repository", "no-such-upstream-image", "policy", "policy-signature", "policy-vulnerability"}
)
_OWN = "mooring-proof:none"  # asked for where the fleet names no image of a project


def proved(stand: Stand, credential: AuthEntry, ca_bundle: bytes | None) -> str:
    """Why a credential cannot pull from a project of the robot; empty where it can from each."""
    for project in stand.robot.all_projects:
        ours = f"{stand.host}/{project}/"
        image = next((one for one in stand.images if one.startswith(ours)), f"{ours}{_OWN}")
        reference = parse(image)
        if reference is None:
            return f"`{image}` is no image"
        seen = probe(reference, reference.digest or reference.tag or "latest", credential, ca_bundle)
        causes = [cause for cause in diagnose(seen) if cause not in _PROVED]
        if causes:
            return str(as_entry(Verdict(reference, tuple(causes), seen=seen))["causes"][0]["message"])
    return ""
