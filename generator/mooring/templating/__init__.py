"""From an artifact, plain data and the name of a template, to text: the only importer of jinja2."""
