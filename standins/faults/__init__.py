"""What goes wrong on purpose: the same for every API, and at the same requests each time."""
