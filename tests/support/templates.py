"""Templates of External Secrets and what they print; tests/real/test_templates.py holds them to the operator's own code."""

from __future__ import annotations

VALUES = {"user": "robot$a", "password": "hunter2", "host": "h.io", "a-b": "x", "config": '{"k": "v"}'}
"""The values by their names, as a back end would give them. `§` below is what of them cannot be seen."""

_AUTH = '{{ printf "%s:%s" .user .password | b64enc }}'
PRINTED: tuple[tuple[str, str], ...] = (
    ("", ""),
    ("plain {text}", "plain {text}"),
    ("{{ .user }}", "§"),
    ("{{.user}}:{{.password}}", "§:§"),
    ('{"auths":{"h.io":{"auth":"' + _AUTH + '"}}}', '{"auths":{"h.io":{"auth":"§"}}}'),
    ('{{ "a b" }}{{ `c"\\d` }}', 'a bc"\\d'),
    (r'{{ "{\"a\":1}" }}', '{"a":1}'),
    ("{{ 5 }}{{ -1 }}{{-1 }}{{ true }}{{ false }}", "5-1-1truefalse"),
    ('{{ printf "%s-%v-%d-%%" "a" "b" 3 }}', "a-b-3-%"),
    ('{{ printf "%q:%s" "a" .user }}', '"a":§'),
    (r'{{ printf "{\"auths\":{\"h.io\":{\"auth\":%q}}}" (printf "%s:%s" .user .password | b64enc) }}',
     '{"auths":{"h.io":{"auth":"§"}}}'),
    ('{{ print "a" .user "b" }}', "a§b"),
    ('{{ "u:p" | b64enc }}{{ b64enc "u:p" }}', "dTpwdTpw"),
    ('{{ "dTpw" | b64dec }}', "u:p"),
    ("{{ .user | toString | quote }}", '"§"'),
    ("{{ 5 | toString }}", "5"),
    ("{{ .user | toJson }}", '"§"'),
    ('{{ dict "b" 1 "a" (dict "c" .user) | toJson }}', '{"a":{"c":"§"},"b":1}'),
    ('{{ dict "a" (list 1 "b" true) | mustToJson }}', '{"a":[1,"b",true]}'),
    ('{{ dict .host (dict) | toRawJson }}{{ dict "a" nil | toPrettyJson }}', '{"§":{}}{\n  "a": null\n}'),
    ('{{ index . "a-b" }}{{ index . "none" }}', "§"),
    ('{{ get (dict "k" "v") "k" }}{{ get (dict) "k" }}{{ get (.config | fromJson) "k" }}', "v§"),
    ("{{ (.config | fromJson).k }}", "§"),
    ("{{ index (.config | fromJson) \"k\" }}", "§"),
    ('{{ (fromJson `{"k": "v"}`).k }}', "v"),
    ('{{ $auth := printf "%s:%s" .user .password | b64enc }}{{ $auth }}', "§"),
    ('{{- $a := "1" -}}\n{{- $a = "2" -}}\n {{ $a }}', "2"),
    ("{{ $.user }}", "§"),
    ('{{ $d := dict "k" "v" }}{{ $d.k }}', "v"),
    ("a {{- /* said */ -}} b", "ab"),
    ("a {{/* said */}} b", "a  b"),
    ("a {{- 1 -}} b{{ 2 }} c", "a1b2 c"),
    ('{{ " x " | trim }}{{ "AB" | lower }}{{ "c" | upper }}', "xabC"),
    ('{{ "https://h.io" | trimPrefix "https://" }}{{ "a/" | trimSuffix "/" }}', "h.ioa"),
    ("{{ .password | trim | b64enc }}", "§"),
    ('{{ list .user ":" .password | join "" }}{{ list "a" 1 | join "-" }}', "§:§a-1"),
    ('{{ "a.b" | replace "." "-" }}{{ .user | replace "$" "" }}', "a-b§"),
    ('{{ "a" | nindent 2 }}{{ "b\\nc" | indent 1 }}', "\n  a b\n c"),
    ('{{ "" | default "a" }}{{ "b" | default "a" }}{{ .user | default "a" }}', "ab§"),
    ("{{ ( .user ) }}", "§"),
    ('{{ "a" | printf "%s%s" "b" }}', "ba"),
)  # fmt: skip

REFUSED: tuple[tuple[str, str], ...] = (
    ("{{ .username }}", "username"),
    ('{"auths":{"h.io":{"auth":"{{ printf "%s:%s" .user .pass | b64enc }}"}}}', "pass"),
    ("{{ $.none }}", "none"),
)

# Forms that are not evaluated, whether the operator takes them or not.
UNKNOWN: tuple[str, ...] = (
    "{{ if .user }}a{{ end }}",
    "{{ range .user }}a{{ end }}", "{{ with .user }}{{ . }}{{ end }}", '{{ define "a" }}{{ end }}',
    '{{ template "a" }}', "{{ .user | sha256sum }}", "{{ . }}", "{{ . | toJson }}", "{{ .user.name }}", "{{ $none }}",
    "{{ .user", "{{ }}", "{{ .user | }}", "{{ | toJson }}", "{{ .user .password }}", '{{ "a" "b" }}', "{{ (.user }}",
    "{{ .user) }}", '{{ "a }}', "{{ 'a' }}", '{{ printf "%s" }}', '{{ printf "%s" "a" "b" }}', '{{ printf "%x" 5 }}',
    '{{ printf "%d" "a" }}', '{{ printf "%" }}', "{{ printf .user .password }}", '{{ dict "a" | toJson }}',
    '{{ "%%%" | b64dec }}', "{{ `x` | fromJson }}", "{{ 1.5 }}", "{{ 0x1 }}", "{{ print 1 2 }}", "{{ a }}", "{{ now }}",
    "{{ print now }}",
    '{{ trimSuffix .user "a" }}', '{{ index . .user }}', '{{ dict "a" . | toJson }}', "{{ a.b }}", "{{ .user | .password }}",
    '{{ "a" | join "" }}', '{{ "a" | indent 1000000000 }}', '{{ "a" | indent "x" }}',
    "{{ dict | b64enc }}", "{{ list | trim }}", "{{ 5 | fromJson }}", "{{ nil | b64enc }}",
    '{{ get . "user" }}', "{{ list 1 }}", '{{ "\\x41" }}', "{{ .user | b64enc 5 }}", "{{ nil }}", "{{ eq 1 1 }}",
    '{{ $a, $b := .user }}', "{{ $ := 1 }}", "{{ 5 := 1 }}",
)  # fmt: skip
