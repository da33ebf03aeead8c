//! Checkpoints as people have them: folder layouts, older names, classes, 16 bits. Each must be
//! the network that it was before.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::{Device, Tensor};
use diffusion::{
    Answers, AttentionOrder, Checkpoint, DiffusionError, Field, Heads, NoiseSchedule,
    PredictionKind, Prior, UNetConfig, inspect, write_safetensors,
};
use serde_json::{Value, json};
use tests::state_dict::{entries, zeros};
use tests::{data, difference};

type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn tensors(path: &Path) -> Tensors {
    let mut checkpoint = Checkpoint::open(path).expect("recorded");
    let names: Vec<String> = checkpoint
        .shapes()
        .map(|(name, _)| name.to_owned())
        .collect();
    let take = |name: String| {
        let tensor = checkpoint.take_any(&name).expect("readable");
        (name, tensor)
    };
    names.into_iter().map(take).collect()
}

fn write(path: &Path, tensors: &Tensors) {
    std::fs::write(path, write_safetensors(tensors).expect("filled")).expect("writable");
}

fn ddpm() -> (Tensors, Value) {
    let folder = data("diffusers_ddpm");
    let config = std::fs::read_to_string(folder.join("config.json")).expect("recorded");
    (
        tensors(&folder.join("diffusion_pytorch_model.safetensors")),
        serde_json::from_str(&config).expect("JSON"),
    )
}

/// What a prior says of one picture.
fn says(prior: &Prior) -> Tensor<4> {
    let x = Tensor::<4>::full([1, 3, 16, 16], 0.3, &Device::flex());
    prior.denoiser.evaluate(x, prior.schedule.level(400)).eps
}

fn open(path: &Path, answers: &Answers) -> Result<Prior, DiffusionError> {
    Prior::open_with(path, None, answers, &Device::flex())
}

#[test]
fn pipelines_keep_the_network_and_the_scheduler_apart() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (tensors, config) = ddpm();
    for sub in ["unet", "scheduler"] {
        std::fs::create_dir(folder.path().join(sub)).expect("writable");
    }
    let unet = folder.path().join("unet");
    write(&unet.join("diffusion_pytorch_model.safetensors"), &tensors);
    std::fs::write(unet.join("config.json"), config.to_string()).expect("writable");
    let scheduler = json!({
        "_class_name": "DDIMScheduler", "num_train_timesteps": 500,
        "beta_schedule": "squaredcos_cap_v2", "prediction_type": "v_prediction",
    });
    let file = folder.path().join("scheduler/scheduler_config.json");
    std::fs::write(file, scheduler.to_string()).expect("writable");
    for place in [folder.path(), &unet] {
        let found = inspect(place, None, &Answers::default()).expect("a pipeline");
        assert!(found.assumed.is_empty(), "{:?}", found.assumed);
        let process = found.into_config().expect("complete").diffusion;
        assert_eq!(process.steps, 500);
        assert_eq!(process.noise_schedule, NoiseSchedule::Cosine);
        assert_eq!(process.prediction, PredictionKind::V);
    }
    // The same network, read as one that predicts the noise: eps = sqrt(1 - ab) x + sqrt(ab) v.
    let prior = open(folder.path(), &Answers::default()).expect("loads");
    let plain = open(&data("diffusers_ddpm"), &Answers::default()).expect("loads");
    let alpha_bar = prior.schedule.alpha_bar(400);
    let x = Tensor::<4>::full([1, 3, 16, 16], 0.3, &Device::flex());
    let expected = x * (1.0 - alpha_bar).sqrt() + says(&plain) * alpha_bar.sqrt();
    assert!(difference(&says(&prior), &expected) < 1e-6);
}

#[test]
fn names_of_older_releases_are_understood() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (tensors, config) = ddpm();
    let older = tensors
        .into_iter()
        .map(|(name, (shape, values))| {
            let renamed = [
                ("to_q", "query"),
                ("to_k", "key"),
                ("to_v", "value"),
                ("to_out.0", "proj_attn"),
            ]
            .iter()
            .fold(name, |name, (now, before)| name.replace(now, before));
            (renamed, (shape, values))
        })
        .collect();
    let path = folder.path().join("diffusion_pytorch_model.safetensors");
    write(&path, &older);
    std::fs::write(folder.path().join("config.json"), config.to_string()).expect("writable");
    let now = open(&data("diffusers_ddpm"), &Answers::default()).expect("loads");
    let before = open(folder.path(), &Answers::default()).expect("loads");
    assert!(difference(&says(&now), &says(&before)) == 0.0);
}

#[test]
fn what_a_diffusers_model_may_not_be_is_named() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let (tensors, good) = ddpm();
    write(
        &folder.path().join("diffusion_pytorch_model.safetensors"),
        &tensors,
    );
    for (field, value) in [
        ("_class_name", json!("UNet2DConditionModel")),
        ("act_fn", json!("gelu")),
        ("attn_norm_num_groups", json!(8)),
        ("block_out_channels", json!([32, 64])),
        ("center_input_sample", json!(true)),
        ("class_embed_type", json!("timestep")),
        (
            "down_block_types",
            json!(["DownBlock2D", "SkipDownBlock2D", "DownBlock2D"]),
        ),
        ("downsample_padding", json!(2)),
        ("downsample_type", json!("resnet")),
        ("in_channels", json!(4)),
        ("mid_block_scale_factor", json!(2)),
        ("mid_block_type", Value::Null),
        ("norm_num_groups", Value::Null),
        ("num_class_embeds", json!(1000)),
        ("resnet_time_scale_shift", json!("spatial")),
        ("time_embedding_type", json!("fourier")),
        (
            "up_block_types",
            json!(["UpBlock2D", "KUpBlock2D", "UpBlock2D"]),
        ),
        ("wings", json!(2)),
    ] {
        let mut config = good.clone();
        config[field] = value;
        std::fs::write(folder.path().join("config.json"), config.to_string()).expect("writable");
        let said = inspect(folder.path(), None, &Answers::default())
            .expect_err(field)
            .to_string();
        let told = field == "downsample_type" || said.contains(field) || said.contains("channels");
        assert!(told, "{field}: {said}");
    }
}

/// Everything that `unet_plain.pt` leaves open.
fn plain() -> Answers {
    Answers {
        image_size: Some(32),
        heads: Some(Heads::Number(2)),
        attention_order: Some(AttentionOrder::HeadsFirst),
        noise_schedule: Some(NoiseSchedule::Linear),
        ..Answers::default()
    }
}

#[test]
fn what_tensors_leave_open_is_asked_for() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("mine.pt");
    std::fs::copy(data("unet_plain.pt"), &path).expect("writable");
    let found = inspect(&path, None, &Answers::default()).expect("shapes tell the rest");
    let all = [
        Field::ImageSize,
        Field::Heads,
        Field::AttentionOrder,
        Field::NoiseSchedule,
    ];
    assert_eq!(found.missing, all);
    assert!(matches!(
        open(&path, &Answers::default()),
        Err(DiffusionError::Undetermined { .. })
    ));
    // What shapes tell is what the recorded configuration says.
    let told = inspect(&path, None, &plain())
        .expect("answered")
        .into_config();
    let told = told.expect("complete").model;
    let recorded = inspect(&data("unet_plain.pt"), None, &Answers::default()).expect("recorded");
    assert_eq!(told, recorded.into_config().expect("complete").model);
}

#[test]
fn an_answer_that_answers_nothing_is_refused() {
    for answers in [
        Answers {
            heads: Some(Heads::Width(0)),
            ..plain()
        },
        Answers {
            heads: Some(Heads::Width(usize::MAX)),
            ..plain()
        },
        Answers {
            heads: Some(Heads::Number(0)),
            ..Answers::default()
        },
        Answers {
            image_size: Some(0),
            ..plain()
        },
        Answers {
            steps: Some(0),
            ..plain()
        },
        Answers {
            num_classes: Some(0),
            ..plain()
        },
    ] {
        let said = inspect(&data("unet_plain.pt"), None, &answers)
            .expect_err("no answer")
            .to_string();
        assert!(said.contains("is possible"), "{answers:?}: {said}");
    }
}

#[test]
fn a_configuration_that_contradicts_the_tensors_is_named_by_its_field() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("mine.pt");
    std::fs::copy(data("unet_plain.pt"), &path).expect("writable");
    let text = std::fs::read_to_string(data("unet_plain.json")).expect("recorded");
    let good: Value = serde_json::from_str(&text).expect("JSON");
    for (field, value) in [
        ("num_channels", json!(64)),
        ("num_res_blocks", json!(1)),
        ("channel_mult", json!("1,2,3")),
        ("attention_resolutions", json!("8")),
        ("learn_sigma", json!(true)),
        ("use_scale_shift_norm", json!(true)),
        ("resblock_updown", json!(true)),
    ] {
        let mut config = good.clone();
        config[field] = value;
        std::fs::write(path.with_extension("json"), config.to_string()).expect("writable");
        let said = inspect(&path, None, &Answers::default())
            .expect_err(field)
            .to_string();
        assert!(said.contains(&format!(": {field} is ")), "{field}: {said}");
    }
}

#[test]
fn heads_that_a_configuration_does_not_state_are_asked_for() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("mine.pt");
    std::fs::copy(data("unet_plain.pt"), &path).expect("writable");
    let text = std::fs::read_to_string(data("unet_plain.json")).expect("recorded");
    let stated: Value = serde_json::from_str(&text).expect("JSON");
    for left in [None, Some(-1)] {
        let mut config = stated.clone();
        let fields = config.as_object_mut().expect("arguments");
        fields.remove("num_heads");
        fields.remove("num_head_channels");
        fields.extend(left.map(|width| ("num_head_channels".to_owned(), json!(width))));
        std::fs::write(path.with_extension("json"), config.to_string()).expect("writable");
        let found = inspect(&path, None, &Answers::default()).expect("the rest is stated");
        assert_eq!(found.missing, [Field::Heads]);
        assert!(found.config.is_none() && !found.facts.is_empty());
        for heads in [Heads::Number(2), Heads::Width(16)] {
            let answers = Answers {
                heads: Some(heads),
                ..Answers::default()
            };
            let found = inspect(&path, None, &answers).expect("answered");
            let model = found.into_config().expect("complete").model;
            assert_eq!(model.unet().map(UNetConfig::heads), Some(heads));
        }
    }
}

/// The table of known checkpoints says what a configuration beside one of them does not.
#[test]
fn heads_of_a_known_checkpoint_are_not_asked_for() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("ffhq.safetensors");
    let arguments = json!({
        "image_size": 256, "num_channels": 128, "num_res_blocks": 1,
        "channel_mult": "1,1,2,2,4,4", "attention_resolutions": "16", "learn_sigma": true,
        "use_scale_shift_norm": true, "resblock_updown": true,
    });
    let config = serde_json::from_value(arguments.clone()).expect("valid");
    zeros(&path, &entries(&config)).expect("room");
    std::fs::write(path.with_extension("json"), arguments.to_string()).expect("writable");
    let found = inspect(&path, None, &Answers::default()).expect("known");
    assert!(found.known.is_some());
    let model = found.into_config().expect("complete").model;
    let heads = model.unet().map(UNetConfig::heads);
    assert_eq!(heads, Some(Heads::Width(64)));
}

#[test]
fn a_class_is_done_without_only_where_there_is_a_row_for_none() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("classes.safetensors");
    let mut tensors = tensors(&data("unet_plain.pt"));
    let row: Vec<f32> = (0..128).map(|i| 0.01 * i as f32).collect();
    let table = [vec![9.0; 4 * 128], row.clone()].concat();
    tensors.insert("label_emb.weight".to_owned(), (vec![5, 128], table));
    write(&path, &tensors);
    let refused = |answers: &Answers| match open(&path, answers) {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error.to_string(),
    };
    assert!(refused(&plain()).contains("has 5 rows"));
    let all = Answers {
        num_classes: Some(5),
        ..plain()
    };
    assert!(refused(&all).contains("no class"));
    let one_more = Answers {
        num_classes: Some(4),
        ..plain()
    };
    let without = open(&path, &one_more).expect("the last row means no class");

    tensors.remove("label_emb.weight");
    let bias = tensors.get_mut("time_embed.2.bias").expect("there");
    for (bias, row) in bias.1.iter_mut().zip(&row) {
        *bias += row;
    }
    let path = folder.path().join("folded.safetensors");
    write(&path, &tensors);
    let folded = open(&path, &plain()).expect("loads");
    assert!(difference(&says(&without), &says(&folded)) == 0.0);
}
