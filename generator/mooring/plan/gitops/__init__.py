"""What Argo CD or Flux is told to sync: an object for each Kustomize root of the tree, in `gitops/<tool>/<environment>/`."""
