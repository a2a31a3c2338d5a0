"""A pull Secret logs in as another one than its robot.

What
The login in the Secret's docker configuration is not the one that the fleet (or `mooring-pull-grants`) says of the robot that
the Secret is named for. Harbor's robots are called `robot$project+name`, and in double quotes a shell takes `$project` for a
variable of its own: what reaches the Secret is `robot+name`. A ciphertext under `secrets/` says its login in the annotation
`mooring.dev/login`, and may hold one of the robot's later generations (`-b`, `-a`) too.

Why
Harbor refuses the login, or takes it for another robot, with other projects and another day of expiry.

Example
    kubectl create secret docker-registry harbor-vision --docker-username="robot$vision+ci" …

Instead
    kubectl create secret docker-registry harbor-vision --docker-username='robot$vision+ci' …
"""

from __future__ import annotations

from mooring.redaction import Kind
from mooring.rules import Severity

SEVERITY: Severity = "error"
FAMILY = "credentials"
SHOWS: frozenset[Kind] = frozenset({"name"})
