"""Equal subtrees of a schema, shared under `$defs`: InferenceService repeats the pod spec a dozen times."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

_WORTH = 60  # characters from which a reference is shorter and clearer than a copy


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True, separators=(",", ":"))


def share(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with each repeated object subtree written once; names are digests, so they are stable."""
    seen: Counter[str] = Counter()

    def count(node: Any) -> None:
        if isinstance(node, dict):
            if _shareable(node):
                text = _text(node)
                seen[text] += 1
                if seen[text] > 1:
                    return
            for value in node.values():
                count(value)
        elif isinstance(node, list):
            for value in node:
                count(value)

    count(schema)
    definitions: dict[str, Any] = {}

    def replace(node: Any, top: bool = False) -> Any:
        if isinstance(node, list):
            return [replace(value) for value in node]
        if not isinstance(node, dict):
            return node
        if not top and _shareable(node):
            text = _text(node)
            if seen[text] > 1 and len(text) > _WORTH:
                name = hashlib.sha256(text.encode()).hexdigest()[:10]
                if name not in definitions:
                    definitions[name] = None
                    definitions[name] = {key: replace(value) for key, value in node.items()}
                return {"$ref": f"#/$defs/{name}"}
        return {key: replace(value) for key, value in node.items()}

    result: dict[str, Any] = replace(schema, top=True)
    if definitions:
        result["$defs"] = {**result.get("$defs", {}), **definitions}
    return result


def _shareable(node: dict[str, Any]) -> bool:
    """A schema, not a table of properties: the two look alike but for these keys."""
    kind = node.get("type")
    return isinstance(kind, (str, list)) or isinstance(node.get("anyOf"), list)
