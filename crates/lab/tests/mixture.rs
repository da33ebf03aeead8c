//! The mixture experiment: what it finds of samplers whose behaviour is known, and what it refuses.

use lab::{Ablation, Experiment};

fn experiment(sampler: &str) -> Experiment {
    Experiment {
        dimension: 8,
        measurements: 4,
        sampler: sampler.parse().expect("valid"),
        steps: 1000,
        problems: 4,
        samples: 300,
        slices: 200,
        seed: 0,
    }
}

/// With four measurements one mode is left and the isotropic covariance is exact within it:
/// many fine steps then reach the floor that two exact samples set.
#[test]
fn pigdm_reaches_the_floor_where_its_covariance_is_exact() {
    let (findings, scatter) = experiment("pigdm").run(|_| ()).expect("runs");
    let (found, floor) = (findings.median, findings.exact);
    assert!(found < 1.5 * floor, "{found} against a floor of {floor}");
    assert_eq!(findings.trials.len(), 4);
    assert_eq!(findings.trials[0].evaluations, 1000);
    assert_eq!(scatter.drawn.shape(), (300, 8));
    assert!(lab::svg(&scatter, "a < b & c").contains("a &lt; b &amp; c"));
}

/// The posterior's own reverse process has no error but that of its steps, however many modes are left: with
/// 1000 it reaches the floor after one measurement too, where every sampler stays far above.
#[test]
fn the_exact_score_reaches_the_floor_with_many_modes_too() {
    for measurements in [1, 4] {
        let one = Experiment {
            measurements,
            ..experiment("exact-score")
        };
        let (findings, _) = one.run(|_| ()).expect("runs");
        let (found, floor) = (findings.median, findings.exact);
        assert!(found < 1.5 * floor, "{found} against a floor of {floor}");
        let spent = (findings.trials[0].evaluations, findings.trials[0].products);
        assert_eq!(spent, (1000, 0));
    }
}

#[test]
fn differences_are_taken_problem_by_problem() {
    let find = |sampler: &str| {
        let quick = Experiment {
            steps: 20,
            ..experiment(sampler)
        };
        quick.run(|_| ()).expect("runs").0
    };
    let (exact, rough) = (find("exact-score"), find("diffpir"));
    let apart = rough.against(&exact);
    assert_eq!(apart.against.to_string(), "exact-score");
    let means = rough.sliced_wasserstein - exact.sliced_wasserstein;
    assert!(
        (apart.mean - means).abs() < 1e-12 && apart.mean > 1.0,
        "{apart:?}"
    );
    let none = exact.against(&exact);
    assert_eq!((none.mean, none.standard_error), (0.0, 0.0));
}

/// A sampler that ignores most of the covariance is told apart from one that does not.
#[test]
fn few_steps_of_diffpir_are_far_from_the_posterior() {
    let coarse = Experiment {
        steps: 20,
        ..experiment("diffpir")
    };
    let (findings, _) = coarse.run(|_| ()).expect("runs");
    assert!(findings.median > 4.0 * findings.exact, "{findings:?}");
}

#[test]
fn the_same_seed_finds_the_same_and_another_does_not() {
    let run = |seed| {
        let quick = Experiment {
            seed,
            steps: 10,
            problems: 2,
            ..experiment("ca-dps")
        };
        quick.run(|_| ()).expect("runs").0.sliced_wasserstein
    };
    assert_eq!(run(1).to_bits(), run(1).to_bits());
    assert_ne!(run(1).to_bits(), run(2).to_bits());
}

#[test]
fn settings_out_of_range_are_refused_by_name() {
    let good = experiment("ca-dps");
    for (bad, word) in [
        (
            Experiment {
                dimension: 1,
                ..good.clone()
            },
            "dimension is 1",
        ),
        (
            Experiment {
                measurements: 9,
                ..good.clone()
            },
            "measurements is 9",
        ),
        (
            Experiment {
                steps: 1,
                ..good.clone()
            },
            "steps is 1",
        ),
        (
            Experiment {
                problems: 0,
                ..good.clone()
            },
            "problems is 0",
        ),
        (
            Experiment {
                samples: 1,
                ..good.clone()
            },
            "samples is 1",
        ),
        (
            Experiment {
                slices: 0,
                ..good.clone()
            },
            "slices is 0",
        ),
        (experiment("ddpm"), "no sampler called `ddpm`"),
        (experiment("exact-score:eta=1"), "leave `eta` out"),
    ] {
        let error = bad.run(|_| ()).expect_err("refused").to_string();
        assert!(error.contains(word), "{error}");
    }
}

/// Every covariance meets the same problems, so what differs between them is the covariance.
#[test]
fn an_ablation_varies_the_length_and_number_of_probes() {
    let ablation = Ablation {
        experiment: Experiment {
            steps: 20,
            problems: 2,
            samples: 60,
            ..experiment("dps")
        },
        probe_steps: vec![1e-3, 1.0],
        probes: vec![1, 4],
    };
    let mut heard = 0;
    let found = ablation.run(|done| heard = done).expect("runs");
    assert_eq!((heard, found.variants.len()), (8, 8));
    let distance = |i: usize| found.variants[i].sliced_wasserstein.expect("it ran");
    assert_eq!(
        found.variants[5].sampler.to_string(),
        "ca-dps:covariance=probe:1,probe-step=1"
    );
    assert_eq!(
        (found.variants[7].probes, found.variants[7].probe_step),
        (Some(4), Some(1.0))
    );
    assert_ne!(distance(4).to_bits(), distance(5).to_bits());
    // As the experiment would find them on its own.
    let alone = Experiment {
        sampler: found.variants[3].sampler.clone(),
        ..ablation.experiment.clone()
    };
    let alone = alone.run(|_| ()).expect("runs").0;
    assert_eq!(distance(3).to_bits(), alone.sliced_wasserstein.to_bits());
    assert_eq!(found.exact.to_bits(), alone.exact.to_bits());
}
