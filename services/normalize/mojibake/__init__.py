"""Mojibake: text that was decoded with the wrong codec, perhaps more than once."""
