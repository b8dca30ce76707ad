# Shared by run.sh and test.sh: Debian packages, and a build of a preset. Sourced, not run.
# shellcheck shell=bash
# shellcheck disable=SC2154 # `here` is set by whoever sources this

jobs=$(nproc)

# Words for people go to standard error, so that what the program prints can be piped.
say() { printf '\n== %s\n' "$1" >&2; }

# Everything needed to build, test and draw, all of it Debian's.
packages=(
    cmake ninja-build g++ git ca-certificates
    libeigen3-dev libboost-dev librandom123-dev libyaml-cpp-dev libcli11-dev libfmt-dev nlohmann-json3-dev
    catch2 libbenchmark-dev
    librsvg2-bin
)

# For the tests alone: the report is opened in a browser and its printed form read, shells complete, SUNDIALS solves
# pharmacokinetics a second time.
# shellcheck disable=SC2034 # test.sh installs them
test_packages=(chromium poppler-utils zsh fish libsundials-dev)

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "these packages are missing and can only be installed by root: ${missing[*]}" >&2
        echo "run as root, or install sudo" >&2
        exit 1
    fi
}

# A newer node and npm than Debian's are taken as they are.
node_packages() {
    command -v node >/dev/null && command -v npm >/dev/null || echo nodejs npm
}

# What is missing of the packages, and of any named.
install_packages() {
    missing=()
    local package
    # shellcheck disable=SC2046 # the words of node_packages are packages
    for package in "${packages[@]}" "$@" $(node_packages); do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq
    as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Builds the named targets of a preset, or all of them.
build_escalon() {
    local preset=$1 target=()
    shift
    [ $# -eq 0 ] || target=(--target "$@")
    say "Building ${*:-everything} (preset $preset)"
    (cd "$here" && cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs" "${target[@]}") >&2
}
