"""`python -m bench.fidelity`: what comes out of damaged text, and what happens to text that is whole."""
