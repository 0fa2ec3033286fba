"""The same promises, on the newest Nessie that is tried: jobs, branches, and tables that show together."""
