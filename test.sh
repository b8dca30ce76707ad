#!/usr/bin/env bash
# Installs what is missing, builds Escalon and passes every test: the fast suite, the sanitizers, the figure renderer.
#   ./test.sh                everything
#   ./test.sh -R exact       the tests of the fast suite whose names match, as for ctest
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/setup.sh
. "$here/cmake/setup.sh"

install_packages "${test_packages[@]}"
export ESCALON_REQUIRE_CVODE=ON # its tests fail to configure rather than be left out
build_escalon release
cd "$here"
if [ $# -gt 0 ]; then
    exec ctest --preset release "$@"
fi

build_escalon asan
say "Tests under the sanitizers"
# left out: what tests the renderer and scripts, and a hundred thousand trials that only make a table
ctest --preset asan -j "$jobs" --label-exclude "slow|figures|browser|schema" --exclude-regex "table of simulated trials"
say "Tests"
ctest --preset release -j "$jobs"
