"""Long trials: `make trial NAME=…`. Each is a module here with a docstring and `run(arguments) -> dict`.

`run` shows progress while it works, raises SystemExit or an assertion when something does not hold, and gives what it
measured; that is written to `bench/results/<name>.json` with the machine and the commit.
"""
