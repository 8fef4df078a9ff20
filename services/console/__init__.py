"""The `jiaokan` command, and the whole system on one machine."""
