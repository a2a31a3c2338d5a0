"""What a cluster holds, the verdict of each pull, and the trace of a broken one."""
