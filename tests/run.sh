#!/usr/bin/env bash
# Passes everything on a clean machine: installs what the tests need, then builds and runs them.
#
# The GPU test wants a Vulkan adapter. Where there is none, Mesa's software one is installed on
# Debian and its relatives; elsewhere the test says what is missing, and fails.
set -euo pipefail
cd "$(dirname "$0")/.."

have_vulkan() { ls /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json >/dev/null 2>&1; }

if [ "$(uname)" = Linux ] && ! have_vulkan && command -v apt-get >/dev/null; then
    as_root=$([ "$(id -u)" = 0 ] || echo sudo)
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq mesa-vulkan-drivers
fi

# One selection of packages everywhere: another one would have other features and build anew.
exec cargo test --release --workspace "$@"
