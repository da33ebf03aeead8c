//! Other programs that decode what Tweedie does not: they run as child processes with a time limit, in
//! a temporary folder that holds the file they read and the file they write.

use std::{
    ffi::OsString,
    fs,
    io::ErrorKind,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::Limits;

/// The longest that a program may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);

/// The arguments for a file to read, one to write, and a folder for whatever else is needed.
pub(super) type Arguments = fn(&Path, &Path, &Path) -> Vec<OsString>;

/// A program and what it is to do.
pub(super) struct Job<'a> {
    /// Its name on the search path, or its place.
    pub(super) program: &'a Path,
    pub(super) arguments: Arguments,
    /// The names of the file that it reads and of the one that it writes.
    pub(super) input: &'a str,
    pub(super) output: &'a str,
    pub(super) patience: Duration,
}

impl Job<'_> {
    /// What the program makes of a file, or why it makes nothing; `None` where it is not installed.
    pub(super) fn run(&self, file: &[u8], limits: &Limits) -> Option<Result<Vec<u8>, String>> {
        let failed = |error: std::io::Error| Some(Err(format!("cannot be run ({error})")));
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => return failed(error),
        };
        let [input, output] = [self.input, self.output].map(|name| folder.path().join(name));
        if let Err(error) = fs::write(&input, file) {
            return failed(error);
        }
        let child = Command::new(self.program)
            .args((self.arguments)(&input, &output, folder.path()))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = match child {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => return failed(error),
        };
        let Some(ended) = end_of(child, self.patience) else {
            let seconds = self.patience.as_secs();
            return Some(Err(format!("did not finish within {seconds} seconds")));
        };
        let length = fs::metadata(&output).map_or(0, |metadata| metadata.len());
        if !ended.success() || length == 0 {
            return Some(Err("cannot decode it".to_owned()));
        }
        if length > limits.max_alloc {
            return Some(Err("makes a picture that is too large".to_owned()));
        }
        let read = fs::read(&output);
        Some(read.map_err(|error| format!("wrote a file that cannot be read ({error})")))
    }
}

/// How a process ended; `None` if it was stopped because it took too long.
fn end_of(mut child: Child, patience: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if begun.elapsed() < patience => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(None) | Err(_) => {
                // It may end on its own in this moment; then there is nothing to stop.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn run(script: &str, patience: Duration) -> Option<Result<Vec<u8>, String>> {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("program");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("runnable");
        started(&program, patience)
    }

    fn started(program: &Path, patience: Duration) -> Option<Result<Vec<u8>, String>> {
        let job = Job {
            program,
            arguments: |input, output, _| vec![input.into(), output.into()],
            input: "photo.dng",
            output: "made.tiff",
            patience,
        };
        job.run(b"raw", &Limits::default())
    }

    #[test]
    fn what_a_program_writes_is_read() {
        let made = run("cat \"$1\" \"$1\" > \"$2\"", PATIENCE);
        assert_eq!(made, Some(Ok(b"rawraw".to_vec())));
    }

    #[test]
    fn failures_have_a_reason() {
        let reason =
            |script, patience| run(script, patience).expect("it is there").expect_err("no");
        assert_eq!(reason("exit 3", PATIENCE), "cannot decode it");
        assert_eq!(reason("exit 0", PATIENCE), "cannot decode it");
        let begun = Instant::now();
        let slow = reason("exec sleep 60", Duration::from_millis(200));
        assert!(slow.contains("did not finish"), "{slow}");
        assert!(begun.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_program_that_is_not_there_is_passed_over() {
        assert_eq!(started(Path::new("/nonexistent/program"), PATIENCE), None);
    }
}
