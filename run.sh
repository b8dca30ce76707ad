#!/usr/bin/env bash
# Installs what is missing, builds Escalon, and runs the main job; with arguments, hands them to the program.
#   ./run.sh                                  the huC242-DM4 trial: simulated, replayed, drawn
#   ./run.sh pk scenarios/huc242_dm4.yaml     any command of escalon
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/setup.sh
. "$here/cmake/setup.sh"

install_packages
build_escalon release escalon escalon_render
escalon=$here/build/release/escalon

if [ $# -gt 0 ]; then
    exec "$escalon" "$@"
fi

cd "$here"
say "Operating characteristics of 3+3 in the huC242-DM4 trial"
"$escalon" run scenarios/huc242_dm4.yaml --out results/huc242_dm4
say "The documented trial held against 3+3"
"$escalon" replay scenarios/huc242_dm4.yaml
say "The report: summary, figures, assumptions and their sources"
"$escalon" report results/huc242_dm4 >/dev/null
say "Open it in a browser: it is one file and needs no network
    $(pwd)/results/huc242_dm4/report.html
The figures alone lie in results/huc242_dm4/figures, their captions in captions.md
Next: ./run.sh sweep scenarios/huc242_dm4.yaml, or ./run.sh --help"
