"""What Kustomize said, in words that can be shown.

Its messages quote patches, literals, the contents of files, whole objects. So nothing of a message is passed on: a known
one is put into words of ours, and of any other only words that Kustomize itself uses are kept, the names of the files
that it was given, and the ids of the objects in them. All else is `***`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mooring.kustomization.given import Closure

_LONGEST = 300
_READ = 20_000  # characters of a message that are looked at
MASK = "***"
# Resource ids, as `ConfigMap.v1.[noGrp]/name.[noNs]` (`kyaml/resid`).
_BEGIN = re.compile(r"^error: ", re.MULTILINE | re.IGNORECASE)
# What `kubectl` logs instead: level, day, time and thread, the line of its source, and the message as Go quotes it
# (https://github.com/kubernetes/klog, `structured logging`).
_LOGGED = re.compile(
    r"^[EF]\d{4} [\d:.]{8,15}\s+\d+ [\w.-]+:\d+\] \"command failed\" err=\"((?:[^\"\\]|\\.)*+)\"", re.MULTILINE
)
_QUOTED = re.compile(r"\\(.)", re.DOTALL)
_LINE = re.compile(r"^(?:# Warning: |[IWEF]\d{4} |\d{4}/\d\d/\d\d ).*$\n?", re.MULTILINE)
# What a transformer was told, which is what the kustomization says.
_CONFIG = re.compile(r"with config: `.{0,5000}?`(?=: |\Z)", re.DOTALL)
_ID = r"(?P<kind>[A-Za-z]+)\.[\w\[\]]+\.[\w.\[\]-]+?/(?P<name>[a-z0-9.-]+?)\.(?:\[noNs\]|[a-z0-9-]+)"
_KNOWN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (rf"already registered id: {_ID}", "{id} stands twice"),
        (rf"no (?:matches for Id|resource matches strategic merge patch) \"?{_ID}", "a patch finds no {id}"),
        (r"failed to find unique target for patch", "a patch finds no object, or several"),
        (r"namespace transformation produces ID conflict", "with `namespace:` two objects have one name"),
        (r"illegally qualifies as both an SM and JSON patch", "a patch is a strategic merge patch and a JSON patch at once"),
        (r"unable to parse SM or JSON patch", "a patch is neither a strategic merge patch nor a JSON patch"),
        (r"Multiple Strategic-Merge Patches", "an entry with `target:` holds several patches"),
        (r"must specify one of patch and path", "an entry of `patches` has neither `patch` nor `path`"),
        (r"patch and path can't be set at the same time", "an entry of `patches` has both `patch` and `path`"),
        (r"patch appears to be empty", "a patch is empty"),
        (r"must specify (?:a|the) target", "a JSON patch has no target"),
        (r"invalid literal source", "an entry of `literals` is not `key=value`"),
        (r"(?:is not a valid (?:key name|environment variable name)|a valid (?:config key|environment variable name))",
         "the key of a generator is not a valid name"),
        (r"has invalid utf8 bytes", "a file under `envs` is not UTF-8"),
        (r"illegally repeats the key", "a generator has one key twice"),
        (r"key name or file path contains '='", "an entry of `files` is not `key=file`"),
        (r"missing (?:key|file) (?:name|path) for", "an entry of `files` is not `key=file`"),
        (r"a configmap must have a name", "a generator has no `name`"),
        (r"behavior must be merge or replace", "an object of a generator stands already, and no `behavior` says how"),
        (r"does not exist; cannot merge or replace", "a generator merges into an object that does not exist"),
        (r"nothing selected by", "the source of a replacement selects nothing"),
        (r"multiple matches for selector", "the source of a replacement selects several objects"),
        (r"fieldPath .{0,500} is missing for replacement source", "the field of a replacement's source does not exist"),
        (r"(?:unable to find field|fieldPath .{0,500} is missing for replacement target)",
         "the field of a replacement's target does not exist"),
        (r"cannot specify both path and inline replacement", "a replacement has both `path` and fields of its own"),
        (r"(add|remove|replace|test|copy|move) operation does not apply", "`{1}` of a JSON patch does not apply"),
        (r"testing (?:path|value) .{0,500} failed", "the operation `test` of a JSON patch fails"),
        (r"missing (metadata\.name|kind|apiVersion) in object", "an object has no `{1}`"),
        (r"(?:missing Resource metadata|Object 'Kind' is missing)", "an object has no `kind`, or no `metadata.name`"),
        (r"empty item at", "a list of an object has an empty item"),
        (r"mapping key .{0,500} already defined", "a mapping has one key twice"),
        (r"json: cannot unmarshal (string|number|bool|object|array)\b.{0,40} into Go",
         "a field holds a {1}, which Kustomize does not take there"),
        (r"json: unknown field", "a field is unknown to this version of Kustomize"),
        (r"(add|remove|replace|test|copy|move) operation failed", "`{1}` of a JSON patch does not apply"),
        (r"error in (add|remove|replace|test|copy|move) for path", "`{1}` of a JSON patch does not apply"),
        (r"Unexpected kind: ", "a JSON patch has an unknown operation"),
        (r"unable to find patch target", "a patch finds no object"),
        (r"error parsing regexp", "a selector is not a valid regular expression"),
        (r"validator shouldn't modify", "a validator changes an object"),
        (r"not a (generator|transformer)", "a plugin is not a {1}"),
        (r"unsupported replacement type", "a file of replacements holds neither one nor a list of them"),
        (r"is out of bounds", "the `index` of a replacement is out of bounds"),
        (r"target must specify resources to select", "the target of a replacement selects nothing"),
        (r"does not match a config with the following GVK", "an entry of `replicas` finds no object"),
        (r"'sortOptions|sortOptions\.order|the field 'order'", "`sortOptions` has an unknown `order`"),
        (r"specified OpenAPI version is not built in", "`openapi` names a version that Kustomize does not have"),
        (r"invalid memory address|^panic: ", "it crashes"),
        (r"unexpected end of JSON input", "a text is not valid JSON"),
        (r"(?:yaml: (?:line|unmarshal|control|found|invalid|unknown)|[Mm]alformedYAML|converting YAML|not find expected)",
         "a text is not valid YAML"),
        (r"invalid character .{0,20} (?:looking for|after|in) ", "a text is not valid JSON"),
        (r"cycle detected", "a base takes itself in"),
        (r"external plugins disabled|only builtin", "mooring does not run plugins that are programs"),
        (r"must specify --enable-helm", "a chart needs helm, and mooring does not run it"),
        (r"var '.{0,500}' cannot be mapped to a field", "a variable names no field of an object that exists"),
        (r"var '.{0,500}' already encountered", "a variable is defined twice"),
        (r"unable to find one of the paths|wrong [Nn]ode [Kk]ind", "a field has another shape than the transformer expects"),
    )
)  # fmt: skip
# Kustomize's own words: nouns of its domain and what joins them.
_OWN = """
    a accumulate accumulating accumulation add adding added after all allowed already also an and annotation annotations
    any api apply applying array as at base bases be before both but by build builtin can cannot cluster component
    components config configuration configurations configured configuring conflict contain contains content could couldn't
    crd crds create cycle defined delete detected did directory does document doesn't duplicate each either empty entry env
    envs error exist exists expected external fail failed fails field fieldpath fields fieldspec file files find for found
    from function generate generator generators get given group had has have id ids image images in inline input
    internal into invalid is isn't it item items json key keys kind kinds kubernetes kustomization kustomize label labels
    line list literal literals load loading local make map mapping match matches matching merge merging metadata missing
    more multiple must name names namespace namespaces nil no node nodes not nothing null object objects of on one only
    openapi operation option options or origin out parse parsing patch patches path paths plugin plugins prefix read
    recursed reference references regex registered remove removing replace replacement replacements replicas resource
    resources root same schema selected selector selectors sequence set several should source sources spec specified
    specify string strategic suffix supported syntax tag target targets template test that the there this to too transform
    transformation transformer transformers trouble twice type types unable unexpected unique unknown unmarshal
    unsupported use validator validators value values var vars version when while with within without wrong yaml
"""
_WORDS = frozenset(_OWN.split())
_PIECE = re.compile(r"[^\s\"'`(),;:=]+")
_DNS = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_KIND = re.compile(r"[A-Z][A-Za-z]{1,62}")


def reworded(said: str, closure: Closure) -> str:
    """One line of at most 300 characters that says why a build failed."""
    text = said[:_READ]
    # Before it stand warnings, and lines of a log with their time.
    if (logged := _LOGGED.search(text)) is not None:
        text = _QUOTED.sub(lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), logged[1])
    elif (begin := _BEGIN.search(text)) is not None:
        text = text[begin.end() :]
    text = _LINE.sub("", text)
    shown = frozenset(_shown(closure))
    text = _CONFIG.sub("", text)
    words = next((found for entry in _KNOWN if (found := _known(*entry, text, shown))), None)
    where = _place(text, closure) if words else ""
    return (words + where if words else _masked(text, shown))[:_LONGEST]


def _known(pattern: re.Pattern[str], words: str, text: str, shown: frozenset[str]) -> str | None:
    """The words for a known message; None where it is another."""
    match = pattern.search(text)
    if match is None:
        return None
    if "{id}" in words:
        identity = f"{match['kind']} `{match['name']}`"
        if {match["kind"], match["name"]} <= shown:
            return words.replace("{id}", identity)
        return words.replace("no {id}", "no object").replace("{id}", "an object")
    # A group of a known message is a choice of the pattern's own, or one of Go's names for a type.
    return words.replace("{1}", match[1]) if "{1}" in words else words


def _place(text: str, closure: Closure) -> str:
    """The file of the closure that a message names, if it is just one."""
    bounded = (name for name in closure.files if re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w./-])", text))
    named = sorted({name for name in bounded if "/" in name or "." in name}, key=len)
    return f" (`{named[-1]}`)" if named and _printable(named[-1]) else ""


def _printable(name: str) -> bool:
    return name.isprintable() and "`" not in name and len(name) <= 120


def _masked(text: str, shown: frozenset[str]) -> str:
    """The words of an unknown message that are Kustomize's own, or names of files and objects."""
    kept: list[str] = []
    for piece in _PIECE.findall(text):
        core = piece.strip(".[]{}")
        word = piece if core.lower() in _WORDS and core.isascii() else core if core in shown else MASK
        if word != MASK or kept[-1:] != [MASK]:
            kept.append(word)
    return " ".join(kept) or "it does not say why"


def _shown(closure: Closure) -> Iterator[str]:
    """The names of files, kinds and objects that the closure holds."""
    for path in closure.files:
        parts = path.split("/")
        yield from (name for name in (path, *parts) if _printable(name))
    for document in closure.resources:
        listed = document.data.get("items") if isinstance(document.data, Mapping) else None
        for data in (document.data, *(listed if isinstance(listed, list) else ())):
            yield from _identity(data)


def _identity(data: Any) -> Iterator[str]:
    metadata = data.get("metadata") if isinstance(data, Mapping) else None
    if isinstance(metadata, Mapping):
        kind, name = data.get("kind"), metadata.get("name")
        if isinstance(kind, str) and _KIND.fullmatch(kind):
            yield kind
        if isinstance(name, str) and _DNS.fullmatch(name):
            yield name
