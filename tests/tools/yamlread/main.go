// Command yamlread reads YAML the way kubectl does: JSON lines {"id", "yaml"} come in on stdin, and for each of them
// {"id", "json", "error", "strict", "strictError"} goes out on stdout, where "json" is what YAMLToJSON makes of the
// text and "strict" what YAMLToJSONStrict does, which refuses duplicate keys. With {"id", "stream"} in place of "yaml"
// the answer is {"id", "documents", "error"}: the objects that kubectl's decoder takes from a file, up to the first error.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	decoder "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

type request struct {
	ID     json.RawMessage `json:"id"`
	YAML   string          `json:"yaml"`
	Stream *string         `json:"stream"`
}

type answer struct {
	ID          json.RawMessage `json:"id"`
	JSON        json.RawMessage `json:"json"`
	Error       *string         `json:"error"`
	Strict      json.RawMessage `json:"strict"`
	StrictError *string         `json:"strictError"`
}

type documents struct {
	ID        json.RawMessage   `json:"id"`
	Documents []json.RawMessage `json:"documents"`
	Error     *string           `json:"error"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "yamlread:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	questions, encoder := json.NewDecoder(in), json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		var asked request
		if err := questions.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if asked.Stream != nil {
			told := documents{ID: asked.ID}
			told.Documents, told.Error = stream(*asked.Stream)
			if err := encoder.Encode(told); err != nil {
				return err
			}
			continue
		}
		told := answer{ID: asked.ID}
		told.JSON, told.Error = convert(yaml.YAMLToJSON, asked.YAML)
		told.Strict, told.StrictError = convert(yaml.YAMLToJSONStrict, asked.YAML)
		if err := encoder.Encode(told); err != nil {
			return err
		}
	}
}

func convert(read func([]byte) ([]byte, error), text string) (result json.RawMessage, problem *string) {
	defer func() { // the YAML reader panics on some broken input
		if fault := recover(); fault != nil {
			words := fmt.Sprint("panic: ", fault)
			result, problem = nil, &words
		}
	}()
	converted, err := read([]byte(text))
	if err != nil {
		words := err.Error()
		return nil, &words
	}
	return converted, nil
}

// stream does what StreamVisitor.Visit of k8s.io/cli-runtime/pkg/resource does with a file.
func stream(text string) (found []json.RawMessage, problem *string) {
	found = []json.RawMessage{}
	defer func() {
		if fault := recover(); fault != nil {
			words := fmt.Sprint("panic: ", fault)
			problem = &words
		}
	}()
	reader := decoder.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		ext := runtime.RawExtension{}
		if err := reader.Decode(&ext); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			words := err.Error()
			return found, &words
		}
		raw := bytes.TrimSpace(ext.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		var value any // decoded once more, so that the answer says what Go makes of escapes and of keys given twice
		again := json.NewDecoder(bytes.NewReader(raw))
		again.UseNumber()
		if err := again.Decode(&value); err != nil {
			words := err.Error()
			return found, &words
		}
		var object any // as the objects are kept: a number too large for a float is an error
		if err := json.Unmarshal(raw, &object); err != nil {
			words := err.Error()
			return found, &words
		}
		normal, err := json.Marshal(value)
		if err != nil {
			words := err.Error()
			return found, &words
		}
		found = append(found, normal)
	}
}
