"""A stand-in for helm, which is not installed here: what `helm template` prints of charts that use a few plain values.

It answers the calls that Kustomize makes of helm 3 (`version --short`, `template NAME PATH --namespace N -f FILE …`), fills
`{{ .Values.x }}`, `{{ .Release.Name }}` and `{{ .Release.Namespace }}` in, in the order and with the `# Source:` lines of
helm, and refuses every other call: `pull` above all. Each call is written down in `calls` beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path

PROGRAM = """#!{python}
import re, sys
from pathlib import Path

with open({log!r}, "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
arguments = sys.argv[1:]
if arguments == ["version", "--short"]:
    print("v3.22.0+stand-in")
    sys.exit(0)
if arguments[:1] != ["template"]:
    sys.exit("Error: the stand-in does not " + " ".join(arguments[:1]))
name = "release-name" if arguments[1] == "--generate-name" else arguments[1]
chart, rest = Path(arguments[2]), arguments[3:]
namespace, values = "default", {{}}
while rest:
    option = rest.pop(0)
    if option == "--namespace":
        namespace = rest.pop(0)
    elif option == "-f":
        for line in Path(rest.pop(0)).read_text().splitlines():
            key, _, value = line.partition(": ")
            values[key] = value
    elif option not in ("--include-crds", "--skip-tests", "--no-hooks"):
        sys.exit("Error: unknown flag: " + option)
known = {{f".Values.{{key}}": value for key, value in values.items()}}
known |= {{".Release.Name": name, ".Release.Namespace": namespace}}
for path in sorted((chart / "templates").glob("*.yaml")):
    text = re.sub(r"{{{{\\s*(\\S+)\\s*}}}}", lambda match: known[match[1]], path.read_text())
    print(f"---\\n# Source: {{chart.name}}/templates/{{path.name}}\\n" + text.rstrip("\\n"))
"""


def install(folder: Path) -> Path:
    """Puts the program `helm` into a new folder, for PATH; gives the file of its calls."""
    folder.mkdir(parents=True)
    log = folder / "calls"
    program = folder / "helm"
    program.write_text(PROGRAM.format(python=sys.executable, log=str(log)))
    program.chmod(0o755)
    return log
