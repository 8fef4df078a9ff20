"""`python -m bench.slips`: damage on purpose, in every way the mechanism allows, and what is repaired of it."""
