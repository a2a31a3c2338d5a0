"""Kustomize roots that Kustomize refuses, and so does mooring."""

from __future__ import annotations

from tests.support.kustomizations import CM, URL, plugin

REFUSED = {
    "a file outside": (
        {"resources": ["../x.yaml"]},
        {"../x.yaml": CM},
        "resources[0]",
        "this entry names a file outside of this folder",
    ),
    "out of the repository": (
        {"resources": ["../../x.yaml"]},
        {"../../x.yaml": CM},
        "resources[0]",
        "this entry leaves the repository",
    ),
    "a base out of the repository": (
        {"resources": ["../../base"]},
        {"../../base/kustomization.yaml": "resources: []\n"},
        "resources[0]",
        "this entry leaves the repository",
    ),
    "nothing out of the repository": (
        {"resources": ["../../nothing"]},
        {},
        "resources[0]",
        "this entry leaves the repository",
    ),
    "an absolute file": ({"resources": ["/etc/passwd"]}, {}, "resources[0]", "this entry names an absolute path"),
    "an absolute patch": (
        {"patches": [{"path": "/etc/passwd"}]},
        {},
        "patches[0].path",
        "this entry names an absolute path",
    ),
    "an absolute keyed file": (
        {"configMapGenerator": [{"files": ["a=/etc/passwd"]}]},
        {},
        "configMapGenerator[0].files[0]",
        "this entry names an absolute path",
    ),
    "a missing file": ({"resources": ["nope.yaml"]}, {}, "resources[0]", "this entry does not exist"),
    "a missing component": ({"components": ["nope"]}, {}, "components[0]", "this entry names a folder that does not exist"),
    "a file as a component": ({"components": ["cm.yaml"]}, {}, "components[0]", "this entry names no folder"),
    "a folder as a patch": ({"patches": [{"path": "d"}]}, {"d/x": ""}, "patches[0].path", "this entry is a folder"),
    "a folder without a kustomization": ({"resources": ["d"]}, {"d/x.yaml": CM}, "", "the folder has no kustomization file"),
    "two names": (
        {"resources": ["cm.yaml"]},
        {"Kustomization": "resources: [cm.yaml]\n"},
        "",
        "`kustomization.yaml` and `Kustomization` stand side by side",
    ),
    "itself": (
        {"resources": ["."]},
        {},
        "resources[0]",
        "this entry names a folder that contains this kustomization, or one that includes it",
    ),
    "what is above": (
        {"resources": [".."]},
        {"../kustomization.yaml": "resources: []\n"},
        "resources[0]",
        "this entry names a folder that contains this kustomization, or one that includes it",
    ),
    "a loop": (
        {"resources": ["../b"]},
        {"../b/kustomization.yaml": "resources: [../k]\n"},
        "resources[0]",
        "this entry names a folder that contains this kustomization, or one that includes it",
    ),
    "two list items in one": (
        {"resources": ["../base - ../x"]},
        {"../base - ../x/kustomization.yaml": "resources: []\n", "../x/kustomization.yaml": "resources: []\n"},
        "resources[0]",
        "this entry names a path with `..` inside a name, and Kustomize refuses that",
    ),
    "a NUL": ({"resources": ["a\0b"]}, {}, "resources[0]", "this entry names an invalid file name"),
    "an unknown field": (
        {"resources": ["cm.yaml"], "resource": []},
        {},
        "resource",
        "unknown field `resource` in a kustomization",
    ),
    "a field twice": (
        {"resources": ["cm.yaml"], "Resources": [URL]},
        {},
        "Resources",
        "duplicate field `resources`",
    ),
    "a path twice": (
        {"patches": [{"path": "cm.yaml", "PATH": URL}]},
        {},
        "patches[0].PATH",
        "duplicate field `path`",
    ),
    "a text for a list": ({"resources": "cm.yaml"}, {}, "resources", "`resources` must be a list"),
    "a list for a text": ({"namePrefix": ["x"]}, {}, "namePrefix", "`namePrefix` must be a string"),
    "a number in a list": ({"resources": [1]}, {}, "resources[0]", "`resources` must be a list of strings"),
    "null in a list": ({"resources": [None]}, {}, "resources[0]", "`resources` must be a list of strings"),
    "a mapping for a path": ({"patches": [{"path": {}}]}, {}, "patches[0].path", "`path` must be a string"),
    "another kind": ({"kind": "ConfigMap", "resources": ["cm.yaml"]}, {}, "kind", "unknown kind of kustomization"),
    "another version": (
        {"apiVersion": "v1", "resources": ["cm.yaml"]},
        {},
        "apiVersion",
        "unsupported `apiVersion` of a Kustomization",
    ),
    "a component as a base": (
        {"resources": ["c"]},
        {"c/kustomization.yaml": "kind: Component\nresources: []\n"},
        "kind",
        "this is a Component, not a base",
    ),
    "a base as a component": (
        {"components": ["c"]},
        {"c/kustomization.yaml": "resources: []\n"},
        "kind",
        "this is not a Component",
    ),
    "a list as a whole": ("[]", {}, "", "a kustomization is a mapping"),
    "empty": ("# nothing\n", {}, "", "the kustomization is empty"),
    "kind alone": ({"kind": "Kustomization"}, {}, "", "the kustomization is empty, and Kustomize refuses that"),
    "two documents": ("resources: [cm.yaml]\n---\nresources: [cm.yaml]\n", {}, "", "a kustomization must be one document"),
    "an empty document first": ("---\n---\nresources: [cm.yaml]\n", {}, "", "a kustomization must be one document"),
    "null first": ("null\n---\nresources: [cm.yaml]\n", {}, "", "a kustomization must be one document"),
    "charts": (
        {"helmCharts": [{"name": "x", "repo": URL}]},
        {},
        "helmCharts",
        "`helmCharts` needs helm, and mooring does not run it",
    ),
    "old charts": (
        {"helmChartInflationGenerator": [{"chartName": "x"}]},
        {},
        "helmChartInflationGenerator",
        "`helmChartInflationGenerator` needs helm, and mooring does not run it",
    ),
    "a plugin": (
        {"generators": ["g.yaml"]},
        {"g.yaml": "apiVersion: evil.example/v1\nkind: Plug\nmetadata: {name: p}\n"},
        "kind",
        "mooring does not run plugins that are programs",
    ),
    "a function": (
        {"transformers": ["g.yaml"]},
        {"g.yaml": plugin("LabelTransformer").replace('"p"', '"p", "annotations": {"config.kubernetes.io/function": ""}')},
        "",
        "mooring does not run functions: each is a program or a container",
    ),
    "an inline function": (
        {
            "validators": [
                plugin("LabelTransformer").replace('"p"', '"p", "annotations": {"config.kubernetes.io/function": ""}')
            ]
        },
        {},
        "validators[0]",
        "mooring does not run functions: each is a program or a container",
    ),
    "a chart as a generator": (
        {"generators": ["g.yaml"]},
        {"g.yaml": plugin("HelmChartInflationGenerator")},
        "kind",
        "mooring does not run plugins that are programs",
    ),
    "a list of plugins": (
        {"generators": ["g.yaml"]},
        {"g.yaml": '{"apiVersion": "v1", "kind": "List", "items": []}'},
        "",
        "a plugin is an object with `apiVersion: builtin`, `kind` and `metadata.name`",
    ),
    "a plugin made by a patch": (
        {"transformers": ["t"]},
        {"t/kustomization.yaml": "resources: [t.yaml]\npatches: []\n", "t/t.yaml": plugin("LabelTransformer")},
        "patches",
        "`patches` changes what is built",
    ),
    "an address as the key of a plugin": (
        {"transformers": [plugin("LabelTransformer").replace("{", '{"github.com/a/b": 1, ', 1)]},
        {},
        "transformers[0]",
        "the fields of a plugin can have letters and digits only",
    ),
}
