"""What `diff` has to say, a module for each format, with `text(comparison, terminal) -> str`."""
