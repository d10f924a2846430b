#!/usr/bin/env bash
# The tests with the checks of the code beside them: collecting tests keeps one processor busy, types another.
# What the checks say comes after the tests; that they failed is said at once.
set -u
said=$(mktemp)
trap 'rm -f "$said"' EXIT
(make --no-print-directory checks >"$said" 2>&1 || { echo; echo "The checks of the code failed: see the end."; exit 1; }) &
checks=$!
trap 'kill "$checks" 2>/dev/null; exit 130' INT TERM
.venv/bin/python -m pytest -p tests.forking --forks "${WORKERS:-4}" -m "not soak" --cov --cov-report=term --durations=20 --durations-min=5
tests=$?
wait "$checks"
checked=$?
cat "$said"
exit $((tests || checked))
