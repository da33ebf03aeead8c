//! The preconditioned network: outputs, noise and vector-Jacobian products that PyTorch computed in 64 bits, by the
//! program of the processor and by Burn's modules, and the way into a file and back.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};
use diffusion::{
    Answers, Checkpoint, Denoiser, DiffusionError, Level, Network, Precision,
    PreconditionedDenoiser, PreconditionedUNet, Prior, PriorConfig, SafetensorsWriter, Weights,
    inspect,
};
use tests::{Recorded, data, difference};

/// Two levels of whole vectors of channels, and three that fill none.
const NETWORKS: [&str; 2] = ["two", "three"];
/// Relative to the largest value.
const TOLERANCE: f64 = 1e-4;
const LEVELS: usize = 5;

fn folder(name: &str) -> String {
    format!("preconditioned/{name}")
}

fn open(name: &str) -> Prior {
    Prior::open(&data(&folder(name)), None, &Device::flex()).expect("a recorded network loads")
}

fn network(name: &str) -> (PriorConfig, PreconditionedUNet) {
    let config = inspect(&data(&folder(name)), None, &Answers::default())
        .and_then(diffusion::Inspection::into_config)
        .expect("a configuration lies beside it");
    let path = data(&folder(name)).join("model.safetensors");
    let mut weights = Checkpoint::open(&path).expect("recorded");
    match Network::build(&config.model, &mut weights, &Device::flex()).expect("builds") {
        Network::Preconditioned(network) => (config, network),
        Network::UNet(_) => panic!("{name} is another network"),
    }
}

fn largest(t: &Tensor<4>) -> f64 {
    t.clone().abs().max().into_scalar::<f32>().into()
}

fn assert_close(ours: &Tensor<4>, theirs: &Tensor<4>, what: &str) {
    let off = difference(ours, theirs) / largest(theirs);
    assert!(off <= TOLERANCE, "{what} is off by {off:e}");
}

/// Every recorded level: the noise, and the product.
fn check(denoiser: &dyn Denoiser, name: &str) {
    let recorded = Recorded::open(&format!("{}/io.safetensors", folder(name)));
    for case in 0..LEVELS {
        let read = |part: &str| recorded.tensor::<4>(&format!("case{case}.{part}"));
        let (_, sigma) = recorded.values(&format!("case{case}.sigma"));
        let level = Level::new(1.0 / (1.0 + sigma[0] * sigma[0]), 0);
        let at = denoiser.linearise(read("x"), level);
        let what = format!("{name}, sigma {}", sigma[0]);
        assert_close(&at.prediction.eps, &read("output"), &what);
        assert_close(
            &denoiser.evaluate(read("x"), level).eps,
            &read("output"),
            &what,
        );
        let product = (at.pullback)(read("cotangent"));
        assert_close(&product, &read("vjp_eps"), &format!("{what}: the product"));
    }
}

#[test]
fn the_program_computes_what_was_recorded() {
    for name in NETWORKS {
        let prior = open(name);
        assert_eq!(prior.config.layout, "preconditioned");
        check(prior.denoiser.as_ref(), name);
    }
}

#[test]
fn the_modules_compute_what_was_recorded() {
    for name in NETWORKS {
        let (config, network) = network(name);
        let recorded = Recorded::open(&format!("{}/io.safetensors", folder(name)));
        let (_, conditions) = recorded.values("bare_condition");
        let conditions: Vec<f32> = conditions.iter().map(|&c| c as f32).collect();
        let output = network.forward(recorded.tensor("bare_x"), &conditions);
        assert_close(&output, &recorded.tensor("bare_output"), name);
        let model = config.model.preconditioned().expect("it is one");
        check(&PreconditionedDenoiser::with_modules(network, model), name);
    }
}

/// What tensors say of a network suffices; only the assumptions are told.
#[test]
fn without_a_configuration_the_network_is_the_same() {
    for name in NETWORKS {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let file = scratch.path().join("weights.safetensors");
        std::fs::copy(data(&folder(name)).join("model.safetensors"), &file).expect("writable");
        let found = inspect(&file, None, &Answers::default()).expect("recognised");
        assert_eq!(found.assumed.len(), 1, "{:?}", found.assumed);
        let config = found.into_config().expect("complete");
        assert_eq!(config.model, open(name).config.model);
        let prior = Prior::open(&file, None, &Device::flex()).expect("loads");
        check(prior.denoiser.as_ref(), name);
    }
}

#[test]
fn what_contradicts_the_tensors_is_refused_by_name() {
    let given = std::fs::read_to_string(data("preconditioned/two/config.json")).expect("recorded");
    for (was, now, word) in [
        ("\"embed\": 16", "\"embed\": 32", "embed"),
        ("32\n", "48\n", "channels"),
        ("\"preconditioned\"", "\"guided-diffusion\"", "layout"),
        ("\"sigma_data\"", "\"sigma\"", "sigma"),
    ] {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let changed = given.replacen(was, now, 1);
        assert_ne!(changed, given, "{was}");
        std::fs::write(scratch.path().join("config.json"), changed).expect("writable");
        let file = scratch.path().join("model.safetensors");
        std::fs::copy(data("preconditioned/two/model.safetensors"), file).expect("writable");
        let said = inspect(scratch.path(), None, &Answers::default())
            .and_then(diffusion::Inspection::into_config)
            .expect_err(word);
        assert!(said.to_string().contains(word), "{word}: {said}");
    }
    let heads = Answers {
        heads: Some(diffusion::Heads::Number(4)),
        ..Answers::default()
    };
    let said = inspect(&data("preconditioned/two"), None, &heads).expect_err("it has none");
    assert!(said.to_string().contains("attention heads"), "{said}");
}

/// Weights as they pass, by name.
struct Copying<'a>(
    &'a mut dyn Weights,
    BTreeMap<String, (Vec<usize>, Vec<f32>)>,
);

impl Weights for Copying<'_> {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let values = self.0.take(name, shape)?;
        let copy = (shape.to_vec(), values.clone());
        self.1.insert(name.to_owned(), copy);
        Ok(values)
    }
}

/// The recorded weights fit into 16 bits, so both precisions lead back to the same network, bit for bit.
#[test]
fn the_way_into_a_file_and_back_changes_nothing() {
    for name in NETWORKS {
        let path = data(&folder(name)).join("model.safetensors");
        let mut checkpoint = Checkpoint::open(&path).expect("recorded");
        let names: Vec<String> = checkpoint.shapes().map(|(n, _)| n.to_owned()).collect();
        let config = open(name).config;
        let mut copying = Copying(&mut checkpoint, BTreeMap::new());
        Network::build(&config.model, &mut copying, &Device::flex()).expect("builds");
        let tensors = copying.1;
        let written: Vec<&String> = tensors.keys().collect();
        let learnt: Vec<&String> = names.iter().filter(|n| *n != "freqs").collect();
        assert_eq!(written, learnt, "{name}: every learnt tensor has its name");
        for precision in [Precision::Single, Precision::Half] {
            let out = std::io::Cursor::new(Vec::new());
            let mut writer =
                SafetensorsWriter::new(out, precision, tensors.len(), 10_000).expect("in memory");
            for (name, (shape, values)) in &tensors {
                writer.write(name, shape, values).expect("in memory");
            }
            let bytes = writer.finish().expect("in memory").into_inner();
            let json = serde_json::to_string(&config).expect("JSON");
            let again = Prior::from_bytes(&json, &bytes, &Device::flex()).expect("as written");
            let x = Recorded::open(&format!("{}/io.safetensors", folder(name)));
            let (x, level) = (x.tensor::<4>("case2.x"), Level::new(0.8, 0));
            let before = open(name).denoiser.evaluate(x.clone(), level).eps;
            let after = again.denoiser.evaluate(x, level).eps;
            assert!(difference(&before, &after) == 0.0, "{name} {precision:?}");
        }
    }
}
