// The three programs of Argo CD that sync, in one: ARGOCD_BINARY_NAME says which, as in Argo CD's own program.
// Its other roles (the web server, dex, notifications, the command line) are left out; they take no part in a sync.
package main

import (
	"fmt"
	"os"

	applicationcontroller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	applicationset "github.com/argoproj/argo-cd/v3/cmd/argocd-applicationset-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/spf13/cobra"
)

func main() {
	roles := map[string]func() *cobra.Command{
		"argocd-application-controller":    applicationcontroller.NewCommand,
		"argocd-applicationset-controller": applicationset.NewCommand,
		"argocd-repo-server":               reposerver.NewCommand,
	}
	role, known := roles[os.Getenv("ARGOCD_BINARY_NAME")]
	if !known {
		fmt.Fprintln(os.Stderr, "ARGOCD_BINARY_NAME names none of Argo CD's controllers")
		os.Exit(2)
	}
	if err := role().Execute(); err != nil {
		os.Exit(1)
	}
}
