#!/bin/sh
# Measures everything in LEVELS.md beside this, in its order, into ./measured. A run that was stopped continues
# where it was. TWEEDIE names the program, if it is not the one built here.
set -e
cd "$(dirname "$0")"
: "${TWEEDIE:=../../target/release/tweedie}"

noise=0.02
evaluate() {
    output=measured/$1
    shift
    "$TWEEDIE" evaluate photographs --levels karras --noise "$noise" --crop 128 --device cpu --output "$output" "$@"
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
evaluate levels-mri --operator mri:acceleration=4 --no-baselines \
    --sampler ca-dps:covariance=dct,levels=uniform@50 --sampler ca-dps:covariance=measured-dct,start=0.7@5 \
    --sampler ca-dps:covariance=measured-dct,start=0.7@12 --sampler ca-dps:covariance=measured-dct,start=2@12 \
    --sampler ca-dps:covariance=dct,start=0.7@12 --sampler ca-dps:covariance=dct,start=2@12
evaluate levels-hdr --operator hdr --baseline bicubic --sampler diffpir:levels=uniform@50 \
    --sampler diffpir:start=0.7@12 --sampler diffpir:start=2@12 --sampler diffpir:start=0.3@6 \
    --sampler red-diff:start=0.7@12 --sampler dps:start=0.7@12 --sampler daps:start=0.7@2 --sampler daps:start=2@2
evaluate levels-grayscale --operator grayscale --baseline bicubic --sampler ca-dps:levels=uniform@50 \
    --sampler ca-dps:start=1@12 --sampler ca-dps:start=3@12 --sampler ca-dps:start=12@12 \
    --sampler ca-dps:start=0.5@12 --sampler ddnm:levels=uniform@50 --sampler ddnm:start=3@12 \
    --sampler ddnm:start=0.5@12 --sampler pigdm:start=3@12
noise=0
evaluate levels-jpeg --operator jpeg:quality=10 --operator jpeg:quality=30 --baseline bicubic \
    --sampler dps:levels=uniform,start=0.5@50 --sampler dps:levels=uniform@50 --sampler dps:start=0.3@6 \
    --sampler dps:start=0.3@12 --sampler dps:start=0.15@6 --sampler dps:start=0.7@12 \
    --sampler diffpir:start=0.3@6 --sampler daps:start=0.3@2 --sampler red-diff:start=0.3@12 \
    --sampler ca-dps-released:start=0.3@12
