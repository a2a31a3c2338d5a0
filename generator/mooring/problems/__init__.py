"""What is wrong, as a value, and where: nothing here reads a file or prints."""
