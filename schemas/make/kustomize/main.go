// Command kustomizeschema prints a JSON Schema of Kustomize's Kustomization, read from its Go types by reflection:
// Kustomize publishes none.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

type object = map[string]any

func schema(t reflect.Type, above map[reflect.Type]bool) object {
	switch t.Kind() {
	case reflect.Pointer:
		return schema(t.Elem(), above)
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": "string"}
		}
		return object{"type": []string{"array", "null"}, "items": schema(t.Elem(), above)}
	case reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": schema(t.Elem(), above)}
	case reflect.Struct:
		if above[t] {
			return object{"type": []string{"object", "null"}}
		}
		above[t] = true
		defer delete(above, t)
		properties := object{}
		fields(t, above, properties)
		return object{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
	}
	return object{}
}

func fields(t reflect.Type, above map[reflect.Type]bool, properties object) {
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		tag := field.Tag.Get("json")
		if tag == "" {
			tag = field.Tag.Get("yaml")
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "-" || !(field.IsExported() || field.Anonymous) {
			continue
		}
		if (field.Anonymous && name == "") || strings.Contains(options, "inline") {
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				fields(inner, above, properties)
			}
			continue
		}
		if name == "" {
			name = strings.ToLower(field.Name[:1]) + field.Name[1:]
		}
		properties[name] = schema(field.Type, above)
	}
}

func main() {
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(schema(reflect.TypeOf(types.Kustomization{}), map[reflect.Type]bool{})); err != nil {
		os.Exit(1)
	}
}
