"""What stands in a live cluster, read through a kubeconfig: the only importer of Kubernetes' own client.

Nothing is ever written to a cluster. The client is imported by `connect`, so that whoever gives no kubeconfig does not
wait for it. What cannot be read is an `Unread`, a value in our words, and what a Secret holds is in no `repr`.
"""

from __future__ import annotations

from mooring.cluster.objects import Live, Unread
from mooring.cluster.reading import Cluster, connect
from mooring.cluster.secrets import PullSecret, logins, pull_secret

__all__ = ["Cluster", "Live", "PullSecret", "Unread", "connect", "logins", "pull_secret"]
