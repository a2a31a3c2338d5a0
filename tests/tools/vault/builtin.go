package main

import (
	kv "github.com/hashicorp/vault-plugin-secrets-kv"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/sdk/helper/consts"
)

// builtin is the catalog that a mount is looked up in: the two plugins of this server.
type builtin struct{}

func (builtin) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	switch {
	case name == "kv" && kind == consts.PluginTypeSecrets:
		return func() (interface{}, error) { return kv.Factory, nil }, true
	case name == "approle" && kind == consts.PluginTypeCredential:
		return func() (interface{}, error) { return approle.Factory, nil }, true
	}
	return nil, false
}

func (b builtin) Contains(name string, kind consts.PluginType) bool {
	_, found := b.Get(name, kind)
	return found
}

func (builtin) Keys(kind consts.PluginType) []string {
	switch kind {
	case consts.PluginTypeSecrets:
		return []string{"kv"}
	case consts.PluginTypeCredential:
		return []string{"approle"}
	}
	return nil
}

func (b builtin) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, b.Contains(name, kind)
}

func (builtin) IsBuiltinEntPlugin(string, consts.PluginType) bool { return false }
