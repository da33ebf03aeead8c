#!/usr/bin/env bash
# Makes the screenshots in this folder from the real window, on a screen without hardware.
#
#   assets/screenshots/make.sh [NAME …]      all of them, or only those named
#
# Needs Xvfb, xdotool and ImageMagick (Debian: xvfb xdotool imagemagick). Commands are given through
# the palette, so that a change of keys or layout breaks little here. A few minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$PWD/assets/screenshots
cargo build --release --workspace --bins
program=$PWD/target/release/tweedie
home=$(mktemp -d)
numbers=$(mktemp)
Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp 3>"$numbers" 2>/dev/null &
server=$!
trap 'kill $window $server 2>/dev/null || true; rm -rf "$home" "$numbers"' EXIT
window=
until [ -s "$numbers" ]; do sleep 0.2; done
export DISPLAY=:$(cat "$numbers") HOME=$home XDG_CONFIG_HOME=$home/config XDG_STATE_HOME=$home/state \
    XDG_DATA_HOME=$home/data
unset WAYLAND_DISPLAY

# A fresh window on the demo photograph, the greeting gone.
begin() {
    [ -z "$window" ] || { kill "$window" 2>/dev/null || true; wait "$window" 2>/dev/null || true; }
    rm -rf "$home"/*
    "$program" --renderer glow --device cpu "$@" >/dev/null 2>&1 &
    window=$!
    until id=$(xdotool search --onlyvisible --name Tweedie | head -1) && [ -n "$id" ]; do sleep 0.5; done
    xdotool windowmove "$id" 0 0 windowsize "$id" 1440 900 windowfocus "$id"
    sleep 3
    xdotool key Escape
    sleep 1
}

# Gives a command by its name.
say() {
    xdotool key ctrl+k
    sleep 0.7
    xdotool type --delay 20 "$1"
    sleep 0.5
    xdotool key Return
    sleep 0.7
}

# Restores, and waits until the picture stands still.
restore() {
    xdotool key ctrl+Return
    sleep "${1:-40}"
}

take() {
    xdotool mousemove 560 14
    sleep "${2:-1}"
    import -window root "$folder/$1.png"
    echo "$1"
}

shot_mid_run() { begin; say "Steps of the run"; xdotool key ctrl+Return; sleep 13; take mid-run 0; }
shot_finder() { begin; say "Clear mask"; say "Scratch finder"; sleep 2; take finder; }
shot_compare() { begin; restore; say "Compare"; take compare; }
shot_quality() { begin; say "Sharpen blur"; say "Fast"; say "Simulate damage"; sleep 4; say "Quality"; restore 110; take quality; }
shot_deblur() { begin; say "Sharpen blur"; sleep 2; take deblur; }
shot_palette() { begin; xdotool key ctrl+k; sleep 0.7; xdotool type mask; take palette; }
shot_keys() { begin; xdotool key question; take keys; }
shot_light() {
    begin
    mkdir -p "$home/config/tweedie"
    echo '{"theme":"light"}' >"$home/config/tweedie/settings.json"
    kill "$window"; wait "$window" 2>/dev/null || true; window=
    "$program" --renderer glow --device cpu >/dev/null 2>&1 &
    window=$!
    sleep 5
    id=$(xdotool search --onlyvisible --name Tweedie | head -1)
    xdotool windowmove "$id" 0 0 windowsize "$id" 1440 900 windowfocus "$id"
    sleep 2
    xdotool key Escape
    take light
}

all=(mid_run finder compare quality deblur palette keys light)
for name in "${@:-${all[@]}}"; do
    "shot_${name//-/_}"
done
