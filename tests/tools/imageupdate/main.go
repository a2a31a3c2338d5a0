// Command imageupdate writes images into marked YAML files as Flux's image-automation-controller does, whose module cannot
// be had from the Go proxy: `imageupdate PATH NAMESPACE:POLICY=IMAGE…`. It reads the files below PATH (or PATH itself) that
// hold the marker's key, goes through their scalars with kyaml, sets those whose comment names a policy, and has kyaml
// write the files in which something changed. The reader's and the writer's settings are the controller's.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/fieldmeta"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const key = "$imagepolicy"

func main() {
	fieldmeta.SetShortHandRef(key)
	openapi.SuppressBuiltInSchemaUse()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "imageupdate:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("usage: imageupdate PATH NAMESPACE:POLICY=IMAGE…")
	}
	setters, err := settersOf(arguments[1:])
	if err != nil {
		return err
	}
	root, nodes, err := read(arguments[0])
	if err != nil {
		return err
	}
	changed := map[string]bool{}
	for _, node := range nodes {
		path, _, err := kioutil.GetFileAnnotations(node)
		if err != nil {
			return err
		}
		if err := visit(node, setters, func() { changed[path] = true }); err != nil {
			return err
		}
	}
	var written []*yaml.RNode
	for _, node := range nodes {
		if path, _, _ := kioutil.GetFileAnnotations(node); changed[path] {
			written = append(written, node)
		}
	}
	return kio.LocalPackageWriter{PackagePath: root}.Write(written)
}

// settersOf returns the value of each marker that a policy can have: the image, its `:tag` and its `:name`.
func settersOf(policies []string) (map[string]string, error) {
	setters := map[string]string{}
	for _, policy := range policies {
		marker, image, found := strings.Cut(policy, "=")
		colon := strings.LastIndex(image, ":")
		if !found || colon < 0 {
			return nil, fmt.Errorf("%s: no NAMESPACE:POLICY=NAME:TAG", policy)
		}
		setters[marker], setters[marker+":name"], setters[marker+":tag"] = image, image[:colon], image[colon+1:]
	}
	return setters, nil
}

// read returns the folder that the paths of nodes are relative to, and the documents of each file with a marker.
func read(path string) (string, []*yaml.RNode, error) {
	root := path
	if info, err := os.Stat(path); err != nil {
		return "", nil, err
	} else if !info.IsDir() {
		root = filepath.Dir(path)
	}
	var nodes []*yaml.RNode
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		extension := filepath.Ext(file)
		if err != nil || entry.IsDir() || extension != ".yaml" && extension != ".yml" {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(text, []byte(`"`+key+`"`)) {
			return err
		}
		relative, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		reader := kio.ByteReader{
			Reader:            bytes.NewReader(text),
			SetAnnotations:    map[string]string{kioutil.PathAnnotation: relative},
			PreserveSeqIndent: true,
		}
		found, err := reader.Read()
		nodes = append(nodes, found...)
		return err
	})
	return root, nodes, err
}

// definitions returns a schema in which each setter has a definition: kyaml takes no other comment for a marker.
func definitions(setters map[string]string) *spec.Schema {
	schema := &spec.Schema{SchemaProps: spec.SchemaProps{Definitions: spec.Definitions{}}}
	for name := range setters {
		schema.Definitions[fieldmeta.SetterDefinitionPrefix+name] = *spec.StringProperty()
	}
	return schema
}

// visit sets each scalar below a node whose comment names a setter with another value.
func visit(node *yaml.RNode, setters map[string]string, changed func()) error {
	switch node.YNode().Kind {
	case yaml.MappingNode:
		return node.VisitFields(func(field *yaml.MapNode) error { return visit(field.Value, setters, changed) })
	case yaml.SequenceNode:
		return node.VisitElements(func(element *yaml.RNode) error { return visit(element, setters, changed) })
	case yaml.ScalarNode:
		meta := fieldmeta.FieldMeta{SettersSchema: definitions(setters)}
		if err := meta.Read(node); err != nil || meta.IsEmpty() {
			return nil // as in the controller: a comment that is no marker is nobody's
		}
		reference := meta.Schema.Ref.String()
		value, known := setters[strings.TrimPrefix(reference, fieldmeta.DefinitionsPrefix+fieldmeta.SetterDefinitionPrefix)]
		if known && value != node.YNode().Value {
			node.YNode().Value = value
			yaml.FormatNonStringStyle(node.YNode(), *spec.StringProperty())
			changed()
		}
	}
	return nil
}
