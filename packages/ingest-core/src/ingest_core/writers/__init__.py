"""Writers: turn record batches into data files."""
