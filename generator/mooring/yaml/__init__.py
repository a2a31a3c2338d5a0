"""Text → nodes: a file cut into documents as `kubectl` cuts it, the exact reader, JSON streams, the fast reader's gate."""
