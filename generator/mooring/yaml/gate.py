"""What the fast reader may read: only texts that it and the exact one take for the same data.

The gate is lexical and errs towards the exact reader. It looks at each character a bounded number of times, whatever the
text is: every repetition in its patterns has an upper bound, or takes what it matches for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mooring.yaml.unreadable import DEPTH


# A value begins behind a space or a bracket, and in `{"a":1}` behind the colon of a quoted key. The pattern begins with a
# set of characters because `re` finds such a beginning many times faster than a choice of patterns. What stands behind a
# word and a space, as in `a || !b ? !c : d`, or as in `names[*]`, is inside a text or a comment: no value begins there.
def _beginning(of_flows: str, letters: str) -> str:
    """Where a value begins whose first character is one of `letters`, a digit or a sign.

    `of_flows` is the comma where items of flow collections count too: prose and CEL are full of commas.
    """
    return (
        rf"""[\s\[{{{of_flows}:](?=[-+.0-9&*!?~TtFfNn{letters}])(?:(?<!:)|(?<=["'\s\]}}]:))"""
        rf"(?<![^\s:{of_flows}?\[{{-]\ )(?<![^\s:{of_flows}?\[{{-]\ \?\ )(?<!\w\[)"
    )


_ENDS = r"[\s,\]}:]"
_PIECES = {
    "an anchor, an alias, a tag": r"[&*]\S|!",
    "a complex key, a null": rf"[?~]{_ENDS}",
    "an octal, hex or binary number; a date in a key of its own": r"[-+]?0[0-9_a-zA-Z]",
    "digits with underscores": r"[-+]?[0-9][0-9.]{0,40}+_",
    "more digits than a float holds": r"[-+]?(?:[0-9]{15}|[0-9.]{40})",
    "a float with an exponent": r"[-+]?[0-9]{1,14}\.?[0-9]{0,40}+[eE]",
    "a float that ends with its point": r"[-+]?[0-9]{1,14}\.[\s,\]}]",
    "a float that begins with its point": r"[-+]?\.(?:[0-9_]|[iI][nN][fF]|[nN][aA][nN])",
    "a plus, a minus before an underscore": r"[-+]?\+|-_",
    "a key that is not a string": (
        r"(?:[-+.]?[0-9][^\s:\"']{0,99}+|[Tt]rue|TRUE|[Ff]alse|FALSE|[Nn]ull|NULL)\s*+:\s"
    ),
}  # fmt: skip
_YES_NO = rf"(?:[yYnN]|[yY]es|YES|[nN]o|NO|[oO]n|ON|[oO]ff|OFF){_ENDS}"


def _pattern(letters: str, *more: str) -> re.Pattern[str]:
    return re.compile(_beginning(",", letters) + "(?:" + "|".join((*_PIECES.values(), *more)) + ")")


_ODD = {True: _pattern(""), False: _pattern("yYoO", _YES_NO)}
_DEFINITION = "\nkind: CustomResourceDefinition\n"
_LINKED = re.compile(_beginning("", "") + r"[&*][\w-]")
_LINKED_ITEM = re.compile(r"[&*]")
# Ends of documents, directives, a block with spaces alone on its first line, or with a comment; tabs and whatever some
# reader takes for a line break, or for no character.
_ODD_LINE = re.compile(
    r"[\n|>\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
    r"(?:(?<=\n)(?:\.\.\.|%)|(?<=[|>])[-+0-9]{0,3}+\ *+(?:\#|\n\ +\n)|(?<=[^\n|>]))"
)
_MERGE = re.compile(r"<<\s*+[:,}\]]")
# In a flow collection: a value that begins with `:` or is a dash, and items without anything between their commas.
_ODD_FLOW = re.compile(r"[\[{,]\s*+(?:[:,?]|-(?!-?[0-9A-Za-z.]))")
# Where a flow collection may begin, quoted texts and blocks of text included; and one without others in it, up to the end
# of its line, which holds no `?`. That is odd in a flow collection only: resource definitions are full of patterns with it.
_FLOW = re.compile(r"""(?:[\n,-]|:(?=\s)|(?<=["'\]}]):|^)\ *+[\[{]""")
_IN_FLOW = r"(?:[^\[\]{}\"'#?\n]|'[^\[\]{}\"'#?\n]{0,200}+'){0,200}+"
_SHORT_FLOW = re.compile(rf"(?:\[{_IN_FLOW}\]|\{{{_IN_FLOW}\}})\ *+(?:\n|\Z)")
_BRACKET = re.compile(r"[\[\]{}]")
_NESTED = DEPTH // 2
_DEEP_LINE = re.compile(r"\n[ ?-]{40}")


def is_plain(text: str, *, strict: bool) -> bool:
    """Whether both readers take the text for the same; `strict` for a fleet file, else for a manifest."""
    probe = f"\n{text}\n"
    if _ODD[strict].search(probe) or (not strict and "\\/" in text):  # an escape that YAML 1.1 does not know
        return False
    return _is_built_alike(text, probe)


def is_plain_definition(text: str) -> bool:
    """Whether the text could be a resource definition without anchors, blocks and flow collections read alike.

    Prose that begins a line with `on`, `1.`, `!` or `false :` has both readers see different scalars. In a definition, of
    which nothing but the name is read, that is no matter.
    """
    probe = f"\n{text}\n"
    if _DEFINITION not in probe or _LINKED.search(probe) or not _is_built_alike(text, probe):
        return False
    return all(flow is not None and _LINKED_ITEM.search(flow[0]) is None for flow in _flows(text))


def _is_built_alike(text: str, probe: str) -> bool:
    """Whether both readers see the same lines, blocks and flow collections; `probe` is the text between line breaks."""
    if _ODD_LINE.search(probe) or ("<<" in text and _MERGE.search(probe)):
        return False
    brackets = text.count("[") + text.count("{")
    if brackets and ("?" in text or _ODD_FLOW.search(text)) and not _has_plain_flows(text):
        return False
    return brackets <= _NESTED or not _nests(text)


def _has_plain_flows(text: str) -> bool:
    """Whether each flow collection ends on the line it begins on, with no `?` and nothing odd in it."""
    return all(flow is not None and _ODD_FLOW.search(flow[0]) is None for flow in _flows(text))


def _flows(text: str) -> Iterator[re.Match[str] | None]:
    """What begins like a flow collection; None for one that does not end on its line, or holds another one."""
    return (_SHORT_FLOW.match(text, found.end() - 1) for found in _FLOW.finditer(text))


def _nests(text: str) -> bool:
    """Whether brackets are nested deeply, those in texts and comments counted too: the fast reader takes its time there."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth += 1 if match[0] in "[{" else -1 if depth else 0
        if depth > _NESTED:
            return True
    return False


def could_be_deep(text: str) -> bool:
    """Whether values could be nested too deeply: the data tells, but the text says sooner that they are not."""
    return text.count("[") + text.count("{") > DEPTH // 5 or _DEEP_LINE.search(f"\n{text}") is not None


def is_too_deep(data: object) -> bool:
    """Whether mappings and lists are nested deeper than `DEPTH`."""
    level = [data]
    for _ in range(DEPTH):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


# A flow mapping on one line, without others in it, whose keys are words with a letter in front, and have a value.
_WORD_AND_VALUE = r"[A-Za-z][\w./-]{0,99}+: [^\[\]{}\n,\"'#]{0,200}+"
_PLAIN_KEYS = re.compile(rf"\{{(?:{_WORD_AND_VALUE}, ){{0,40}}+{_WORD_AND_VALUE}\}}")


def has_plain_keys(text: str) -> bool:
    """Whether the text says that `keys_are_text` (2 µs for a service of 1.3 KB, where its data takes 25)."""
    return text.count("{") == len(_PLAIN_KEYS.findall(text))


def keys_are_text(data: object) -> bool:
    """Whether all keys are texts, at any depth."""
    if isinstance(data, dict):
        for key, value in data.items():
            if not isinstance(key, str) or (isinstance(value, (dict, list)) and not keys_are_text(value)):
                return False
        return True
    return not isinstance(data, list) or all(map(keys_are_text, data))
