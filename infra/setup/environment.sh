#!/bin/sh
# Make .venv hold what one requirements file names, and say what is happening.
#   environment.sh run|dev|bench
set -eu
want=${1:?usage: environment.sh run|dev|bench}
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
venv=${JIAOKAN_VENV:-.venv}
say() { printf '· %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

stamp="$venv/.installed-$want"
sum=$(cat requirements/setup.txt "requirements/$want.txt" pyproject.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then exit 0; fi

usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
if [ ! -x "$venv/bin/python" ] || ! usable "$venv/bin/python"; then
    python=
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$candidate" >/dev/null 2>&1 && usable "$candidate"; then python=$candidate; break; fi
    done
    [ -n "$python" ] || fail "Python 3.11 or later is needed and none was found; install it, or name one: make PYTHON=/path/to/python3"
    say "making $venv with $("$python" --version)"
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        # Debian's python3 comes without ensurepip; its pip can still fill an environment made without one.
        rm -rf "$venv"
        "$python" -m venv --without-pip "$venv" || fail "$python cannot make environments; on Debian: apt install python3-venv"
        "$python" -m pip --version >/dev/null 2>&1 || fail "$python has neither venv's pip nor its own; on Debian: apt install python3-venv"
        "$python" -m pip --python "$venv/bin/python" install -q --no-input pip || fail "pip could not be put into $venv"
    fi
fi
python="$venv/bin/python"

quiet() { "$python" -m pip --disable-pip-version-check --no-input -q "$@"; }
if ! [ -x "$venv/bin/uv" ]; then
    say "installing the installer"
    quiet install --require-hashes -r requirements/setup.txt || fail "pip could not install requirements/setup.txt; the lines above say why (no network?)"
fi
say "installing requirements/$want.txt ($(grep -c '==' "requirements/$want.txt") packages)"
if ! VIRTUAL_ENV="$root/$venv" "$venv/bin/uv" pip install -q --compile-bytecode --python "$python" --require-hashes -r "requirements/$want.txt" 2>"$venv/uv.log"; then
    # uv does not read pip's own settings; behind a mirror that only pip knows, pip gets there.
    say "trying again with pip"
    quiet install --require-hashes -r "requirements/$want.txt" || { cat "$venv/uv.log" >&2; fail "requirements/$want.txt could not be installed; the lines above say why"; }
fi
if ! [ -x "$venv/bin/jiaokan" ] || ! "$python" -c 'import jiaokan' 2>/dev/null; then
    quiet install --no-deps --no-build-isolation -e . || fail "the checkout could not be installed into $venv"
fi
printf '%s' "$sum" >"$stamp"
say "$venv is ready"
