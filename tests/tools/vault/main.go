// Vault's own server with the KV engine and AppRole alone, in memory: what a test writes credentials to.
//
// The first line of standard input is the root token. It listens on the address that is its argument, over plain HTTP,
// prints `ready` once it is unsealed, and ends with its standard input.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/hashicorp/go-hclog"
	kv "github.com/hashicorp/vault-plugin-secrets-kv"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/helper/namespace"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/inmem"
	"github.com/hashicorp/vault/vault"
)

func run(address string) error {
	input := bufio.NewReader(os.Stdin)
	token, err := input.ReadString('\n')
	if err != nil {
		return fmt.Errorf("no root token on standard input")
	}
	logger := hclog.NewNullLogger()
	storage, err := inmem.NewInmem(nil, logger)
	if err != nil {
		return err
	}
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical:           storage,
		Logger:             logger,
		DisableMlock:       true,
		EnableUI:           false,
		BuiltinRegistry:    builtin{},
		LogicalBackends:    map[string]logical.Factory{"kv": kv.Factory},
		CredentialBackends: map[string]logical.Factory{"approle": approle.Factory},
	})
	if err != nil {
		return err
	}
	background := context.Background()
	shares := &vault.SealConfig{SecretShares: 1, SecretThreshold: 1}
	made, err := core.Initialize(background, &vault.InitParams{BarrierConfig: shares, RecoveryConfig: shares})
	if err != nil {
		return err
	}
	for _, key := range made.SecretShares {
		if _, err := core.Unseal(key); err != nil {
			return err
		}
	}
	request := &logical.Request{
		ID: "root", Operation: logical.UpdateOperation, ClientToken: made.RootToken, Path: "auth/token/create",
		Data: map[string]interface{}{"id": strings.TrimSpace(token), "policies": []string{"root"}, "no_parent": true, "no_default_policy": true},
	}
	// A request belongs to a namespace, which it is Vault's HTTP handler that says.
	if answer, err := core.HandleRequest(namespace.RootContext(background), request); err != nil || answer.IsError() {
		return fmt.Errorf("the root token is refused")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: vaulthttp.Handler.Handler(&vault.HandlerProperties{Core: core, ListenerConfig: &configutil.Listener{}})}
	go func() { _ = server.Serve(listener) }()
	fmt.Println("ready", listener.Addr())
	_, _ = io.Copy(io.Discard, input)
	return core.Shutdown()
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: vault HOST:PORT < FILE, whose first line is the root token")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
