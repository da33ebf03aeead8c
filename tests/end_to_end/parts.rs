//! A batch in parts, as clusters run it.

use std::path::{Path, PathBuf};
use std::process::Output;

use tests::{data, tweedie};

const QUICK: [&str; 6] = ["--prior", "gaussian", "--steps", "4", "--device", "cpu"];

struct Album {
    folder: tempfile::TempDir,
    photos: usize,
}

impl Album {
    /// Photos in two folders, with masks in a tree of their own.
    fn new(photos: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..photos {
            let roll = format!("roll {}", number % 2);
            for (kind, file) in [("photos", "damaged"), ("masks", "mask")] {
                let place = folder.path().join(kind).join(&roll);
                std::fs::create_dir_all(&place).expect("made");
                let from = data(&format!("strokes/{file}.png"));
                let _ = std::fs::copy(from, place.join(format!("{number}.png"))).expect("copied");
            }
        }
        Self { folder, photos }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a part with these variables set, and no others of a cluster.
    fn part(&self, variables: &[(&str, &str)], words: &[&str]) -> Output {
        let known = [
            "SLURM_ARRAY_TASK_ID",
            "SLURM_ARRAY_TASK_COUNT",
            "SLURM_ARRAY_TASK_MIN",
            "JOB_COMPLETION_INDEX",
            "JOB_COMPLETIONS",
        ];
        let mut command = tweedie();
        for name in known {
            let _ = command.env_remove(name);
        }
        command
            .current_dir(self.folder.path())
            .envs(variables.iter().copied())
            .args([
                "batch",
                "photos",
                "--masks",
                "masks",
                "--recursive",
                "-o",
                "out",
            ])
            .args(words)
            .args(QUICK)
            .output()
            .expect("tweedie runs")
    }

    fn status(&self) -> (Option<i32>, String) {
        let ran = tweedie()
            .current_dir(self.folder.path())
            .args(["batch", "--status", "-o", "out"])
            .output()
            .expect("tweedie runs");
        let said = [ran.stdout, ran.stderr].concat();
        (
            ran.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    fn results(&self) -> usize {
        let rolls = ["roll 0", "roll 1"].map(|roll| self.path("out").join(roll));
        let files = rolls.iter().filter_map(|roll| std::fs::read_dir(roll).ok());
        files.map(Iterator::count).sum()
    }
}

fn is_fine(ran: &Output) {
    assert!(
        matches!(ran.status.code(), Some(0)),
        "{}{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
}

#[test]
fn a_slurm_array_does_every_photo_once_and_the_status_tells_what_is_missing() {
    let album = Album::new(7);
    let task = |id: &str| {
        let variables = [
            ("SLURM_ARRAY_TASK_ID", id),
            ("SLURM_ARRAY_TASK_COUNT", "3"),
            ("SLURM_ARRAY_TASK_MIN", "1"),
        ];
        album.part(&variables, &[])
    };
    let mut told = 0;
    for id in ["1", "3"] {
        let ran = task(id);
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let line = said
            .lines()
            .find(|line| line.starts_with("part "))
            .expect("told");
        let count = line
            .split_whitespace()
            .nth(2)
            .and_then(|n| n.parse::<usize>().ok());
        let count = count.expect("a number");
        // A part may have nothing to do.
        if count > 0 {
            is_fine(&ran);
        }
        told += count;
    }
    assert_eq!(album.results(), told, "each photo once");
    let (code, said) = album.status();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("part 2/3: not begun"), "{said}");
    is_fine(&task("2"));
    assert_eq!(album.results(), album.photos);
    let (code, said) = album.status();
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("7 restored, 0 skipped, 0 failed, 0 missing"),
        "{said}"
    );
    // A result that is lost is missing again, and its part brings it back.
    let lost = std::fs::read_dir(album.path("out/roll 0")).expect("there");
    let lost = lost.map(|entry| entry.expect("readable").path()).next();
    std::fs::remove_file(lost.expect("a result")).expect("removed");
    let (code, said) = album.status();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("missing  roll 0"), "{said}");
    for id in ["1", "2", "3"] {
        let _ = task(id);
    }
    assert_eq!(album.status().0, Some(0));
}

#[test]
fn an_indexed_job_and_a_number_on_the_command_line_name_the_same_parts() {
    let album = Album::new(6);
    let told = |ran: &Output| {
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let line = said
            .lines()
            .find(|line| line.starts_with("part "))
            .expect("told");
        line.to_owned()
    };
    for index in 0..2 {
        let job = [
            ("JOB_COMPLETION_INDEX", &*index.to_string()),
            ("JOB_COMPLETIONS", "2"),
        ];
        let by_job = told(&album.part(&job, &[]));
        let shard = format!("{}/2", index + 1);
        assert_eq!(by_job, told(&album.part(&[], &["--shard", &shard])));
        // What is said counts, whatever the cluster says.
        assert!(told(&album.part(&job, &["--shard", "1/1"])).starts_with("part 1/1: 6 of 6"));
    }
    assert_eq!(album.results(), 6);
    let wrong = album.part(&[], &["--shard", "3/2"]);
    assert_eq!(wrong.status.code(), Some(2));
}

/// The arithmetic of the page's first recipe, by a shell: parts 1 to 4 of 4.
#[cfg(unix)]
#[test]
fn the_shell_recipes_count_from_one() {
    let page = tests::repository().join("crates/tweedie/BATCH.md");
    let page = std::fs::read_to_string(page).expect("part of the repository");
    assert!(page.contains("--shard {#}/4 ::: 1 2 3 4"));
    let rank = "$((SKYPILOT_NODE_RANK + 1))/$SKYPILOT_NUM_NODES";
    assert!(page.contains(&format!("--shard {rank}")));
    let album = Album::new(2);
    for node in ["0", "1"] {
        let shell = std::process::Command::new("sh")
            .args(["-c", &format!("printf %s \"{rank}\"")])
            .env("SKYPILOT_NODE_RANK", node)
            .env("SKYPILOT_NUM_NODES", "2")
            .output()
            .expect("sh runs");
        let shard = String::from_utf8(shell.stdout).expect("text");
        let ran = album.part(&[], &["--shard", &shard]);
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert!(said.contains(&format!("part {shard}:")), "{said}");
    }
    assert_eq!(album.results(), 2);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_refused_before_the_work() {
    use std::os::unix::fs::PermissionsExt;
    let album = Album::new(1);
    let out = album.path("out");
    std::fs::create_dir(&out).expect("made");
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o555)).expect("set");
    let writable = std::fs::write(out.join("probe"), b"").is_ok();
    let ran = album.part(&[], &[]);
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o755)).expect("set");
    // Root may write everywhere; there is nothing to refuse then.
    if writable {
        is_fine(&ran);
        return;
    }
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(
        said.contains("may not write") && ran.stdout.is_empty(),
        "{said}"
    );
}

#[test]
fn results_are_named_by_a_pattern() {
    let album = Album::new(2);
    is_fine(&album.part(&[], &["--name", "{stem}_restored.{ext}"]));
    assert!(album.path("out/roll 0/0_restored.png").exists());
    let wrong = album.part(&[], &["--name", "same.png"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(Path::new(&album.path("photos/roll 0/0.png")).exists());
}
