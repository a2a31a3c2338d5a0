"""Waits, as long as a run may; and says what is waited for, and what to do meanwhile."""

from __future__ import annotations

from mooring.harbor.rotation import WaitForNamespaces, WaitOut
from mooring.redaction import listed, quote
from mooring.rotation.model import RUN_AGAIN, Doors, Memory, Turn, View
from mooring.rotation.steps import told

_PAUSES = (1.0, 5.0)  # seconds between two looks at the namespaces: the first, and all others


def waited(step: WaitForNamespaces | WaitOut, view: View, memory: Memory, doors: Doors) -> bool:
    """Waits; whether that was worth looking again."""
    if isinstance(step, WaitOut):
        seconds = max(0.0, (step.until - doors.now()).total_seconds()) + 1
        if seconds > memory.left:
            return False
        doors.told(f"waiting until {step.until:%H:%M} UTC to delete {quote(step.login, 'name')}")
        memory.left -= seconds
        doors.sleep(seconds)
        return True
    if memory.left <= 0 or memory.filed or view.unreadable or _unknown(step, view):
        return False
    doors.told(f"waiting for {len(step.namespaces)} namespaces to have {quote(step.login, 'name')}")
    pause = _PAUSES[0]
    while memory.left > 0:
        memory.left -= pause
        doors.sleep(pause)
        pause = _PAUSES[1]
        now = doors.shown(step.login)
        if all((own := now[one].credential) is not None and own.username == step.login for one in step.namespaces):
            break
    return True


def waiting(step: WaitForNamespaces | WaitOut, view: View, memory: Memory) -> Turn:
    """What is waited for, in words."""
    login = quote(step.login, "name")
    if isinstance(step, WaitOut):
        return Turn(step, f"{login} is disabled, and is to be deleted at {step.until:%Y-%m-%d %H:%M} UTC", "run again then")
    if view.unreadable:
        return Turn(step, *told(view.unreadable))
    missing = listed([quote(one, "path") for one in step.namespaces])
    if memory.filed:
        hint = "run `mooring render`, commit and push `secrets/` and `overlays/`, then run again"
        return Turn(step, f"{login} cannot be in {missing} yet", hint)
    if unknown := _unknown(step, view):
        environment = unknown[0].partition("/")[0]
        options = f"give `--kubeconfig {environment}=FILE`, or look there and give `--arrived {environment}`"
        return Turn(step, f"whether {login} is in {listed([quote(one, 'path') for one in unknown])} is not known", options)
    whys = [view.shown[one].why for one in step.namespaces if view.shown[one].why]
    if whys:
        return Turn(step, f"{login} is not in {missing} yet: {whys[0]}", RUN_AGAIN)
    return Turn(step, f"{login} is not in {missing} yet", "wait for the back end's next refresh, then run again")


def _unknown(step: WaitForNamespaces, view: View) -> list[str]:
    """The namespaces of which nobody can tell: no kubeconfig was given for them."""
    return [one for one in step.namespaces if view.shown[one].credential is None and not view.shown[one].why]
