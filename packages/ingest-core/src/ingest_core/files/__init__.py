"""What connectors that read files have in common: which files a path names, and by what a file is known."""

from ingest_core.files.identity import HashingFile, Identity, identify
from ingest_core.files.paths import by_file, matching_files, packs, relative_name

__all__ = ["HashingFile", "Identity", "by_file", "identify", "matching_files", "packs", "relative_name"]
