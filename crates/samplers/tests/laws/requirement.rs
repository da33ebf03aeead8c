//! What is known of samplers and operators beforehand is what `init` finds.

use burn::tensor::{Device, Tensor};
use diffusion::WhiteGaussian;
use operators::registry::{Context, OPERATORS};
use operators::{Chain, KernelImage, OperatorError, SeededNoise};
use samplers::{Problem, SamplerError, check};

use crate::{Setup, all};

const SIDE: usize = 48;

/// Every operator of the registry, those with shapes in several of them, and compositions.
fn written() -> Vec<String> {
    let names = OPERATORS.iter().map(|entry| match entry.family.name {
        "motion-path" => "motion-path:points=0 0;9 3;14 -2".to_owned(),
        "kernel" => "kernel:crooked".to_owned(),
        "box-mask" => "box-mask:size=8".to_owned(),
        name => name.to_owned(),
    });
    let others = [
        "kernel:straight",
        "motion-path:points=0 0;9 0",
        "motion-path:points=0 0;0 9",
        "motion-blur:length=5,angle=0",
        "motion-blur:length=5,angle=90",
        "gaussian-blur:size=9,std=1+bicubic:factor=2",
        "gaussian-blur:size=9,std=1+camera-shake",
        "gaussian-blur:size=9,std=1+random-mask",
        "gaussian-blur:size=9,std=1+inpaint",
        "identity+random-mask",
        "inpaint+identity",
        "identity+box:factor=2",
        "box:factor=3+grayscale",
        "gaussian-blur:size=9,std=1+hdr",
    ];
    names.chain(others.map(str::to_owned)).collect()
}

fn load_kernel(file: &str) -> Result<KernelImage, OperatorError> {
    let weights = match file {
        // The product of a column and a row.
        "straight" => vec![1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0],
        "crooked" => vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        other => panic!("no kernel called {other}"),
    };
    Ok(KernelImage {
        width: 3,
        height: 3,
        weights,
    })
}

#[test]
fn what_is_known_beforehand_is_what_init_finds() {
    let setup = Setup::new("3");
    let denoiser = WhiteGaussian::new(0.25);
    let device = Device::flex();
    let measured: Vec<bool> = (0..SIDE * SIDE).map(|i| i % 5 > 0).collect();
    let context = Context {
        device: &device,
        measured: Some(&measured),
        load_kernel: &load_kernel,
    };
    // Compositions with samplers that ask for each: taken, refused.
    let mut found = std::collections::BTreeMap::<_, (usize, usize)>::new();
    for text in written() {
        let chain: Chain = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        // The picture is padded in a restoration, and what was added is cut off.
        for seen in [None, Some(SIDE / chain.factor().expect("known") - 3)] {
            let seen = seen.map(|side| (side, side));
            if seen.is_some() && (text.contains("mri") || text.contains("retrieval")) {
                continue;
            }
            let operator = chain
                .build((SIDE, SIDE), seen, &context)
                .unwrap_or_else(|e| panic!("{text}: {e}"));
            let shape = operator
                .apply(Tensor::zeros([1, 3, SIDE, SIDE], &device))
                .dims();
            let y = Tensor::zeros(shape, &device);
            for (name, sampler) in all() {
                let respaced = &setup.respaced;
                let stopped = || true;
                let problem = Problem::new(
                    &denoiser,
                    operator.as_ref(),
                    y.clone(),
                    0.1,
                    respaced,
                    &stopped,
                );
                let begun = sampler.init(&problem, &mut SeededNoise::new(1, 0)).err();
                // Some evaluate as they begin: that far they came.
                let begun = begun.filter(|error| *error != SamplerError::Cancelled);
                let spec = name.parse().expect("valid");
                let known = check(&spec, &chain, &load_kernel).err();
                assert_eq!(known, begun, "{name} with {text}, cut to {seen:?}");
                let count = found.entry(sampler.requirement()).or_default();
                match known {
                    None => count.0 += 1,
                    Some(_) => count.1 += 1,
                }
            }
        }
    }
    let [derivative, linear, spectrum] = found.values().copied().collect::<Vec<_>>()[..] else {
        panic!("{found:?}")
    };
    assert!(derivative.0 > 0 && derivative.1 == 0, "{found:?}");
    for (taken, refused) in [linear, spectrum] {
        assert!(taken > 0 && refused > 0, "{found:?}");
    }
    let share = |(taken, refused): (usize, usize)| taken * 100 / (taken + refused);
    assert!(share(spectrum) < share(linear), "{found:?}");
}
