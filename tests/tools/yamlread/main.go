// Command yamlread reads YAML the way kubectl does: JSON lines {"id", "yaml"} come in on stdin, and for each of them
// {"id", "json", "error", "strict", "strictError"} goes out on stdout, where "json" is what YAMLToJSON makes of the
// text and "strict" what YAMLToJSONStrict does, which refuses duplicate keys.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/yaml"
)

type request struct {
	ID   json.RawMessage `json:"id"`
	YAML string          `json:"yaml"`
}

type answer struct {
	ID          json.RawMessage `json:"id"`
	JSON        json.RawMessage `json:"json"`
	Error       *string         `json:"error"`
	Strict      json.RawMessage `json:"strict"`
	StrictError *string         `json:"strictError"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "yamlread:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		var asked request
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
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
