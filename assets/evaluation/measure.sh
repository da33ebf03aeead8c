#!/bin/sh
# Measures everything that README.md beside this tells, in its order, into ./measured. What was stopped goes on;
# what is there is not measured again. TWEEDIE names the program, if it is not the one built here.
set -e
cd "$(dirname "$0")"
: "${TWEEDIE:=../../target/release/tweedie}"

evaluate() {
    output=measured/$1
    shift
    "$TWEEDIE" evaluate pictures --device cpu --output "$output" "$@"
}

six="--operator inpaint --mask box:20 --mask random:0.7 --mask strokes:1
    --operator gaussian-blur:size=13,std=2 --operator motion-blur:length=9,angle=30
    --operator bicubic:factor=4"

# As many evaluations for each, a product counting as part of its evaluation: daps takes five a step.
evaluate results $six --noise 0.05 --sampler ca-dps --sampler ca-dps:covariance=dct --sampler ca-dps:covariance=krylov:1 \
    --sampler pigdm --sampler dps --sampler diffpir --sampler red-diff --sampler ddnm --sampler ddrm \
    --sampler daps@4 --sampler daps@20 --sampler ca-dps@50 --sampler ddnm@50 --steps 20,100
evaluate results-0.02 $six --noise 0.02 --sampler ca-dps --sampler ca-dps:covariance=dct --sampler ddnm \
    --sampler pigdm --sampler diffpir --sampler red-diff --steps 20,50,100
evaluate results-0.01 $six --noise 0.01 --sampler ca-dps@20 --sampler ca-dps@50 --sampler ca-dps:covariance=dct@20 \
    --sampler ca-dps:covariance=dct@50 --sampler ddnm@20 --sampler ddnm@50 --baseline total-variation \
    --baseline harmonic --baseline bicubic
evaluate draws $six --noise 0.05 --sampler ca-dps@20 --draws 4 --baseline total-variation --baseline harmonic
evaluate jpeg --limit 4 --operator jpeg:quality=10 --noise 0 --baseline bicubic --sampler dps@50 \
    --sampler dps@200 --sampler ca-dps-released@50
# Ten times as dear as anything above: first one task, then all of them, which joins the first tables.
evaluate dps --operator inpaint --mask strokes:1 --noise 0.05 --sampler ca-dps@100 --sampler dps@1000 --no-baselines
evaluate results $six --noise 0.05 --sampler ca-dps@100 --sampler dps@1000
