//! The recipes of `crates/tweedie/BATCH.md`, as they stand there, run by GNU parallel and by a Slurm
//! cluster of one machine. `tests/run.sh` installs both.

#![cfg(target_os = "linux")]

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tests::{data, tweedie};

const PHOTOS: usize = 7;

/// The commands under a heading of the page.
fn recipe(heading: &str) -> String {
    let page = tests::repository().join("crates/tweedie/BATCH.md");
    let page = std::fs::read_to_string(page).expect("part of the repository");
    let (_, section) = page.split_once(heading).expect("a heading");
    let (_, code) = section.split_once("```sh\n").expect("commands");
    code.split("```").next().expect("an end").to_owned()
}

/// A folder with photos, masks and a program that answers at once.
struct Album(tempfile::TempDir);

impl Album {
    fn new() -> Self {
        let album = Self(tempfile::tempdir().expect("a folder"));
        for (kind, file) in [("photos", "damaged"), ("masks", "mask")] {
            std::fs::create_dir(album.path(kind)).expect("made");
            for number in 0..PHOTOS {
                let to = album.path(&format!("{kind}/{number}.png"));
                let _ = std::fs::copy(data(&format!("strokes/{file}.png")), to).expect("copied");
            }
        }
        std::fs::create_dir(album.path("bin")).expect("made");
        let program = tweedie().get_program().to_owned();
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in\n*--status*) ;;\n*--device*) set -- \"$@\" --prior gaussian --steps 4;;\n\
             *) set -- \"$@\" --device cpu --prior gaussian --steps 4;;\nesac\nexec '{}' \"$@\"\n",
            program.to_str().expect("plain")
        );
        album.script("bin/tweedie", &script);
        album
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn script(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
        let runnable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.path(name), runnable).expect("runnable");
    }

    /// A command in the folder, which finds the program.
    fn command(&self, name: &str) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(name);
        let _ = command
            .current_dir(self.0.path())
            .env("PATH", format!("{}:{path}", self.path("bin").display()));
        for (variable, _) in std::env::vars() {
            if variable.starts_with("SLURM_") || variable.starts_with("JOB_COMPLETION") {
                let _ = command.env_remove(variable);
            }
        }
        command
    }

    fn assert_all_restored(&self) {
        let results = std::fs::read_dir(self.path("restored")).expect("made");
        let pictures = results.filter(|entry| {
            let path = entry.as_ref().expect("readable").path();
            path.extension().is_some_and(|ending| ending == "png")
        });
        assert_eq!(pictures.count(), PHOTOS);
        let status = self
            .command("tweedie")
            .args(["batch", "--status", "-o", "restored"])
            .output()
            .expect("tweedie runs");
        assert!(status.status.success(), "{}", text(&status));
        assert!(text(&status).contains("7 restored"), "{}", text(&status));
    }
}

fn text(ran: &Output) -> String {
    [&ran.stdout[..], &ran.stderr]
        .map(String::from_utf8_lossy)
        .concat()
}

#[test]
fn gnu_parallel_runs_its_recipe() {
    let album = Album::new();
    let commands = recipe("## GNU parallel");
    let ran = album
        .command("sh")
        .args(["-e", "-c", &commands])
        .output()
        .expect("sh runs");
    assert!(ran.status.success(), "{}", text(&ran));
    album.assert_all_restored();
}

/// The daemons of a cluster, which end with the test.
struct Cluster(Vec<Child>);

impl Drop for Cluster {
    fn drop(&mut self) {
        for daemon in &mut self.0 {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("bound").port()
}

fn said_by(program: &str, argument: &str) -> String {
    let ran = Command::new(program).arg(argument).output().expect(program);
    String::from_utf8_lossy(&ran.stdout).trim().to_owned()
}

/// A cluster of this machine alone, without passwords, whose files lie in the folder.
fn settings(folder: &Path) -> String {
    let (host, user) = (said_by("hostname", "-s"), said_by("id", "-un"));
    let folder = folder.display();
    format!(
        "ClusterName=test\nSlurmctldHost={host}(127.0.0.1)\nSlurmUser={user}\nSlurmdUser={user}\n\
         AuthType=auth/none\nCredType=cred/none\nSlurmctldPort={}\nSlurmdPort={}\n\
         StateSaveLocation={folder}/state\nSlurmdSpoolDir={folder}/spool\n\
         SlurmctldPidFile={folder}/controller.pid\nSlurmdPidFile={folder}/daemon.pid\n\
         SlurmctldLogFile={folder}/controller.log\nSlurmdLogFile={folder}/daemon.log\n\
         ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nSelectType=select/cons_tres\n\
         SelectTypeParameters=CR_Core\nJobAcctGatherType=jobacct_gather/none\n\
         AccountingStorageType=accounting_storage/none\nMpiDefault=none\nReturnToService=2\n\
         NodeName={host} NodeAddr=127.0.0.1 CPUs=1 RealMemory=500 State=UNKNOWN\n\
         PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP\n",
        free_port(),
        free_port(),
    )
}

impl Cluster {
    fn start(album: &Album, configuration: &Path) -> Self {
        let mut cluster = Self(Vec::new());
        for daemon in ["slurmctld", "slurmd"] {
            let running = album
                .command(daemon)
                .arg("-D")
                .env("SLURM_CONF", configuration)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
            cluster.0.push(running.expect(daemon));
        }
        let begun = Instant::now();
        loop {
            let nodes = album
                .command("sinfo")
                .args(["-h", "-o", "%t"])
                .env("SLURM_CONF", configuration)
                .output()
                .expect("sinfo runs");
            if text(&nodes).trim() == "idle" {
                return cluster;
            }
            assert!(begun.elapsed().as_secs() < 60, "{}", text(&nodes));
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

#[test]
fn a_slurm_array_runs_its_recipe() {
    let album = Album::new();
    for folder in ["slurm", "slurm/state", "slurm/spool"] {
        std::fs::create_dir(album.path(folder)).expect("made");
    }
    let configuration = album.path("slurm/slurm.conf");
    std::fs::write(&configuration, settings(&album.path("slurm"))).expect("written");
    album.script("job.sh", &recipe("## Slurm"));
    let _cluster = Cluster::start(&album, &configuration);
    // A smaller array, on a smaller machine, than the page's.
    let ran = album
        .command("sbatch")
        .args(["--wait", "--array=0-2", "--cpus-per-task=1", "--mem=400"])
        .arg("job.sh")
        .env("SLURM_CONF", &configuration)
        .output()
        .expect("sbatch runs");
    let outputs = (0..3).map(|part| {
        let log = album.path(&format!("slurm-1_{part}.out"));
        std::fs::read_to_string(log).unwrap_or_default()
    });
    let outputs: Vec<String> = outputs.collect();
    assert!(ran.status.success(), "{}{outputs:#?}", text(&ran));
    assert!(
        outputs
            .iter()
            .enumerate()
            .all(|(part, said)| said.contains(&format!("part {}/3", part + 1))),
        "{}{outputs:#?}",
        text(&ran)
    );
    album.assert_all_restored();
}
