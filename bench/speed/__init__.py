"""`python -m bench.speed`: what a verdict and a normalization cost, beside the rivals, and how that grows."""
