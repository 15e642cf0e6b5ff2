#!/bin/sh
# Installs the npm clients that the tests run, in the exact versions of the lock file.
set -eu
cd "$(dirname "$0")"
exec npm ci --ignore-scripts --no-audit --no-fund
