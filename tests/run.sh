#!/usr/bin/env bash
# Passes everything on a clean machine: installs what the tests need, then builds and runs them.
#
# The GPU test wants a Vulkan adapter and the window's test a screen without hardware and a hand on
# its mouse. Where they are missing they are installed on Debian and its relatives; elsewhere the
# tests say what is missing, and fail.
set -euo pipefail
cd "$(dirname "$0")/.."

have_vulkan() { ls /usr/share/vulkan/icd.d/*.json /etc/vulkan/icd.d/*.json >/dev/null 2>&1; }
have_library() { [[ "$(ldconfig -p)" == *"$1"* ]]; }

missing=()
have_vulkan || missing+=(mesa-vulkan-drivers)
command -v Xvfb >/dev/null || missing+=(xvfb)
command -v xdotool >/dev/null || missing+=(xdotool)
if command -v ldconfig >/dev/null; then
    have_library libxkbcommon-x11.so.0 || missing+=(libxkbcommon-x11-0)
    have_library libXcursor.so.1 || missing+=(libxcursor1)
    have_library libXi.so.6 || missing+=(libxi6)
    have_library libX11-xcb.so.1 || missing+=(libx11-xcb1)
    have_library libEGL.so.1 || missing+=(libegl1)
fi
if [ "$(uname)" = Linux ]; then
    # The programs that recipes and HEIC files are tested with.
    command -v parallel >/dev/null || missing+=(parallel)
    command -v heif-dec >/dev/null || command -v heif-convert >/dev/null || missing+=(libheif-examples)
    for daemon in slurmctld slurmd; do
        command -v $daemon >/dev/null || missing+=($daemon)
    done
    command -v sbatch >/dev/null || missing+=(slurm-client)
fi
if [ "$(uname)" = Linux ] && [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null; then
    as_root=$([ "$(id -u)" = 0 ] || echo sudo)
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq "${missing[@]}"
fi

# One selection of packages everywhere: another one would have other features and build anew. The
# tests that start the program build it with the same configuration.
config=()
if [ -n "${TWEEDIE_CARGO_CONFIG:-}" ]; then
    config=(--config "$TWEEDIE_CARGO_CONFIG")
fi
exec cargo test --release --workspace "${config[@]}" "$@"
