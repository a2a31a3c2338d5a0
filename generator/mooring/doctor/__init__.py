"""Asks a registry for an image as a kubelet would, and names the cause where it is not given.

What a pod brings is a `keyring`: of a live cluster (`live`, `admitted`) or of a credential that was given. `service` makes a
question of each image of the fleet's, `asking` puts it: `probe` asks and writes down what was answered (`observations`), and
`diagnosis` is a function from that to causes, which have their words in `causes`. Why a credential is refused is said by
`refusal`, and by Harbor's API (`account`). `events` and `from_node` read what clusters and nodes say. No password and no
text of the server's is in any of them.
"""
