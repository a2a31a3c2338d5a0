"""A resolved environment to the files of its namespaces, its policies, and the pulls of its services."""
