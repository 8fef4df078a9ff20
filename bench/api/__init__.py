"""The way out under load: catalogs filled by the million, and clients that ask without pause."""
