//! The real window on a screen of its own: paint with the mouse, restore, export, look at the file.
//!
//! Needs `Xvfb` and `xdotool` (Debian: xvfb, xdotool), which `tests/run.sh` installs; without them
//! the test fails and says so.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use imaging::Photo;
use tests::{data, tweedie};

/// Two cores that are busy with other tests need their time.
const PATIENCE: Duration = Duration::from_secs(240);

/// A screen without hardware, gone with its last window.
struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    fn open() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed (Debian: apt-get install xvfb)");
        let mut number = String::new();
        let said = server.stdout.take().expect("piped");
        BufReader::new(said)
            .read_line(&mut number)
            .expect("Xvfb names its display");
        let display = format!(":{}", number.trim());
        Self { server, display }
    }

    /// Runs xdotool; its words, empty if it found nothing.
    fn hand(&self, arguments: &[&str]) -> String {
        let ran = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.display)
            .output()
            .expect("xdotool is installed (Debian: apt-get install xdotool)");
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The program, which must not outlive a failed test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks again and again.
fn until<T>(what: &str, mut answer: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = answer() {
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// The one file beside `photo` that was not there before.
fn exported(photo: &Path) -> Option<PathBuf> {
    let folder = std::fs::read_dir(photo.parent()?).ok()?;
    let paths = folder.filter_map(|entry| Some(entry.ok()?.path()));
    // Unfinished files have names of their own kind until they are renamed.
    paths
        .filter(|path| path != photo && path.extension().is_some_and(|e| e == "png"))
        .find(|path| Photo::open(path).is_ok())
}

#[test]
fn a_stroke_painted_with_the_mouse_is_restored_and_exported() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let home = folder.path().join("home");
    let photos = folder.path().join("photos");
    std::fs::create_dir_all(&home).expect("a home");
    std::fs::create_dir_all(&photos).expect("a folder of photos");
    let photo = photos.join("old.png");
    std::fs::copy(data("strokes/original.png"), &photo).expect("a photo");

    let screen = Screen::open();
    let program = tweedie()
        .args(["--renderer", "glow", "--device", "cpu"])
        .arg(&photo)
        .env("DISPLAY", &screen.display)
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_STATE_HOME", home.join("state"))
        .stderr(Stdio::null())
        .spawn()
        .expect("tweedie starts");
    let mut program = Program(program);

    // The title names the photo once it is open.
    let window = until("the photo is open in a window", || {
        let found = screen.hand(&["search", "--onlyvisible", "--name", "old.png"]);
        found.lines().next().map(str::to_owned)
    });
    screen.hand(&["windowmove", &window, "0", "0"]);
    screen.hand(&["windowsize", &window, "1440", "900"]);
    screen.hand(&["windowfocus", &window]);
    std::thread::sleep(Duration::from_secs(2));
    // Whatever greets a first-time user goes away.
    screen.hand(&["key", "Escape"]);
    std::thread::sleep(Duration::from_secs(1));

    // A stroke across the middle of the canvas, where the fitted photo is.
    screen.hand(&["mousemove", "540", "470", "mousedown", "1"]);
    for x in (550..=620).step_by(10) {
        screen.hand(&["mousemove", &x.to_string(), "476"]);
    }
    screen.hand(&["mouseup", "1"]);
    std::thread::sleep(Duration::from_secs(1));
    screen.hand(&["key", "ctrl+Return"]);

    // There is nothing to export before the run is done, and then Enter accepts the proposed name.
    let saved = until("the restored photo is exported", || {
        assert!(
            program.0.try_wait().expect("asked").is_none(),
            "the window closed by itself"
        );
        screen.hand(&["key", "ctrl+e"]);
        std::thread::sleep(Duration::from_millis(700));
        screen.hand(&["key", "Return"]);
        std::thread::sleep(Duration::from_millis(700));
        exported(&photo)
    });
    let (before, after) = (
        Photo::open(&photo).expect("untouched"),
        Photo::open(&saved).expect("exported"),
    );
    assert_eq!(before.bounds(), after.bounds());
    assert!(before.pixels_equal(&Photo::open(&data("strokes/original.png")).expect("recorded")));
    let (before, after) = (before.planar(before.bounds()), after.planar(after.bounds()));
    let plane = before.width * before.height;
    let changed = (0..plane).filter(|&i| {
        (0..3).any(|channel| before.data[channel * plane + i] != after.data[channel * plane + i])
    });
    let changed = changed.count();
    assert!(changed > 0, "something was restored");
    assert!(
        changed < plane / 4,
        "{changed} of {plane} pixels changed: only a stroke was painted"
    );
}
