#!/bin/sh
# Measures everything in LEVELS.md beside this, in its order, into ./measured. A run that was stopped continues
# where it was. TWEEDIE names the program, if it is not the one built here.
set -e
cd "$(dirname "$0")"
: "${TWEEDIE:=../../target/release/tweedie}"

evaluate() {
    output=measured/$1
    shift
    "$TWEEDIE" evaluate photographs --levels karras --noise 0.02 --crop 128 --device cpu --output "$output" "$@"
}

evaluate levels-blur --operator gaussian-blur:size=61,std=2 --operator bicubic:factor=4 \
    --baseline wiener --baseline bicubic \
    --sampler ddnm:levels=uniform@20 --sampler ddnm:start=0.7@5 --sampler ddnm:start=0.3@5 \
    --sampler ca-dps:covariance=measured,jacobian=model,start=0.7@4 \
    --sampler ca-dps:covariance=measured,jacobian=model,start=0.7,widen=1@4 \
    --sampler ca-dps:covariance=measured-dct,jacobian=model,start=0.7@4 \
    --sampler ca-dps:covariance=measured-dct,jacobian=model,start=0.7,widen=1@4 \
    --sampler diffpir:start=0.7@5
evaluate levels-start --operator gaussian-blur:size=61,std=2 --operator bicubic:factor=4 \
    --operator bicubic:factor=2 --no-baselines \
    --sampler ddnm:levels=uniform@50 --sampler ddnm:start=0.3@3 --sampler ddnm:start=0.3@6 \
    --sampler ddnm:start=0.5@6 --sampler ddnm:start=0.5@12 --sampler ddnm:start=1@12
evaluate levels-motion --operator motion-blur:length=15,angle=30 --no-baselines \
    --sampler ca-dps:covariance=dct,levels=uniform@20 \
    --sampler ca-dps:covariance=measured-dct,jacobian=model,start=0.5@5 \
    --sampler ca-dps:covariance=measured-dct,jacobian=model,start=0.7@10 \
    --sampler ca-dps:covariance=measured-dct,start=0.7@5 \
    --sampler ca-dps:covariance=measured,jacobian=model,start=0.7@5 --sampler diffpir:start=0.7@5
evaluate levels-holes --operator inpaint --mask strokes:1 --mask box:20 \
    --baseline harmonic --baseline telea \
    --sampler ca-dps:levels=uniform@20 --sampler ca-dps:start=1@5 --sampler ca-dps:start=1@10 \
    --sampler ca-dps:covariance=measured,start=1@5 --sampler ca-dps:covariance=measured-dct,start=1@5 \
    --sampler ca-dps:covariance=isotropic,start=1@5 \
    --sampler ca-dps:covariance=measured-dct,jacobian=model,start=1@8 --sampler ddnm:start=1@8
