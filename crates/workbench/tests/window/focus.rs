//! What has the keyboard focus is seen to have it.

use egui::{Key, Rect, Shape};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use workbench::Options;

use super::harness::{Window, window};

/// The rectangles that are drawn as rings.
fn rings(window: &Window) -> Vec<Rect> {
    let mut rings = Vec::new();
    for clipped in &window.output().shapes {
        if let Shape::Rect(rect) = &clipped.shape
            && rect.stroke.width == 2.0
            && clipped.clip_rect.contains_rect(rect.rect)
        {
            rings.push(rect.rect);
        }
    }
    rings
}

/// The label and the place of what has the focus.
fn focused(window: &Window) -> Option<(String, Rect)> {
    let focused = By::new().predicate(|node| node.is_focused() && node.label().is_some());
    let node = window.query_all(focused).next()?;
    Some((node.accesskit_node().label()?, node.rect()))
}

#[test]
fn what_tab_reaches_has_a_ring_and_the_canvas_has_none() {
    let mut window = window(Options::default());
    window.run_steps(3);
    assert_eq!(rings(&window), Vec::new(), "nothing has the focus yet");
    let mut seen = Vec::new();
    for _ in 0..60 {
        window.key_press(Key::Tab);
        window.run_steps(3);
        let Some((name, place)) = focused(&window) else {
            continue;
        };
        let ring = rings(&window);
        if name == "Canvas" {
            assert_eq!(ring, Vec::new());
        } else {
            let [ring] = ring[..] else {
                panic!("{name} at {place:?}: {ring:?}")
            };
            // Around the control, as far as it is not scrolled out of sight.
            assert!(
                place.expand(1.5).contains_rect(ring),
                "{name}: {ring:?}, {place:?}"
            );
        }
        seen.push(name);
    }
    for name in ["File", "Brush", "Canvas", "Restore"] {
        assert!(seen.iter().any(|seen| seen == name), "{name}: {seen:?}");
    }
}
