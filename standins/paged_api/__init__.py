"""A plain API that pages in every way there is."""
