// Command registryread reads image references and docker configurations the way the kubelet does. JSON lines come in on
// stdin: {"id", "image", "config", "type", "key"}, where "config" is the base64 of a docker configuration, or null, which
// stands at "key" of a Secret of that "type" (both left out: a `kubernetes.io/dockerconfigjson`). For each of them
// {"id", "name", "domain", "path", "tag", "digest", "error", "logins", "configError"} goes out on stdout: what
// ParseNormalizedNamed makes of the image, and the usernames that the keyring of the one configuration gives for it, in
// order.
package main

import (
	_ "crypto/sha256"
	_ "crypto/sha512" // as the kubelet does: without it sha512 digests are refused
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/distribution/reference"
	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/credentialprovider/secrets"
)

type request struct {
	ID     json.RawMessage `json:"id"`
	Image  string          `json:"image"`
	Config []byte          `json:"config"`
	Type   v1.SecretType   `json:"type"`
	Key    string          `json:"key"`
}

type answer struct {
	ID          json.RawMessage `json:"id"`
	Name        string          `json:"name"`
	Domain      string          `json:"domain"`
	Path        string          `json:"path"`
	Tag         string          `json:"tag"`
	Digest      string          `json:"digest"`
	Error       *string         `json:"error"`
	Logins      []string        `json:"logins"`
	ConfigError *string         `json:"configError"`
}

func main() {
	klog.SetLogger(klog.Logger{}) // an entry that is left out is no news here
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "registryread:", err)
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
		if err := encoder.Encode(judge(asked)); err != nil {
			return err
		}
	}
}

func judge(asked request) answer {
	told := answer{ID: asked.ID, Logins: []string{}}
	named, err := reference.ParseNormalizedNamed(asked.Image)
	if err != nil {
		told.Error = words(err)
	} else {
		told.Name, told.Domain, told.Path = named.Name(), reference.Domain(named), reference.Path(named)
		if tagged, ok := named.(reference.Tagged); ok {
			told.Tag = tagged.Tag()
		}
		if digested, ok := named.(reference.Digested); ok {
			told.Digest = digested.Digest().String()
		}
	}
	if asked.Config == nil {
		return told
	}
	if asked.Key == "" {
		asked.Type, asked.Key = v1.SecretTypeDockerConfigJson, v1.DockerConfigJsonKey
	}
	secret := v1.Secret{Type: asked.Type, Data: map[string][]byte{asked.Key: asked.Config}}
	if len(asked.Config) == 0 && asked.Type == v1.SecretTypeDockerConfigJson {
		told.ConfigError = words(errors.New("the API server refuses an empty configuration, the kubelet passes it over"))
		return told
	}
	keyring, err := secrets.MakeDockerKeyring([]v1.Secret{secret}, &credentialprovider.BasicDockerKeyring{})
	if err != nil {
		told.ConfigError = words(err)
		return told
	}
	if told.Error != nil {
		return told
	}
	found, _ := keyring.Lookup(told.Name)
	for _, login := range found {
		told.Logins = append(told.Logins, login.Username)
	}
	return told
}

func words(err error) *string {
	text := err.Error()
	return &text
}
