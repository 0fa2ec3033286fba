"""Sources that are declared: a REST API in one YAML file."""
