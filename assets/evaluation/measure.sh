#!/bin/sh
# Measures everything that README.md beside this tells, in its order, into ./measured. What was stopped goes on;
# what is there is not measured again. TWEEDIE names the program, if it is not the one built here.
set -e
cd "$(dirname "$0")"
: "${TWEEDIE:=../../target/release/tweedie}"

evaluate() {
    output=measured/$1
    shift
    "$TWEEDIE" evaluate pictures --levels uniform --device cpu --output "$output" "$@"
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
evaluate results-others --noise 0.02 --operator box:factor=4 --operator bicubic:factor=2 \
    --operator camera-shake:path=7 --operator "motion-path:points=0 0;6 2;9 -1" --operator grayscale \
    --operator mri:acceleration=4 --operator gaussian-blur:size=13,std=2+bicubic:factor=2 \
    --sampler ca-dps --sampler ca-dps:covariance=dct --sampler ddnm --sampler pigdm --steps 20,50
evaluate results-nonlinear --noise 0.02 --operator hdr --operator phase-retrieval --operator mri-magnitude \
    --baseline bicubic --sampler daps@10 --sampler daps@20 --sampler daps@50 --sampler diffpir --sampler red-diff \
    --sampler dps --sampler ca-dps-released@50 --steps 20,50,100
for noise in 0.02 0.1 0.4; do
    evaluate noise-$noise --operator identity --noise $noise --baseline bicubic --baseline total-variation \
        --sampler ca-dps@50 --sampler ca-dps@100 --sampler ca-dps@200 --sampler ca-dps:start=noise@20 \
        --sampler ca-dps:start=noise@50 --sampler ca-dps:start=noise@100 --sampler pigdm@100 \
        --sampler pigdm:start=noise@100 --sampler diffpir@100 --sampler diffpir:start=noise@100 --sampler daps@50 \
        --sampler daps:start=noise@20 --sampler ddnm@100 --sampler ddnm@200 --sampler ddnm:start=noise@100
done
# Ten times as dear as anything above; it joins the first tables.
evaluate results $six --noise 0.05 --sampler dps@1000
