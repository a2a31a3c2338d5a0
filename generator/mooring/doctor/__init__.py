"""Asks a registry for an image as a kubelet would, and names the cause where it is not given.

`probe` asks and writes down what was answered (`observations`), `diagnosis` is a function from that to causes, and
`causes` has their words: what is wrong, and what mends it. No password and no text of the server's is in any of them.
"""
