//! Promise: the patches of a mask are its 8-connected components, counted and bounded exactly, in
//! time that a 24-megapixel photo bears.

mod common;

use common::noise;
use imaging::{Component, Mask, Rect};

fn flood_fill(mask: &Mask) -> Vec<Component> {
    let (width, height) = (mask.width(), mask.height());
    let mut seen = vec![false; width * height];
    let mut found = Vec::new();
    for start in 0..width * height {
        if seen[start] || mask.data()[start] == 0 {
            continue;
        }
        seen[start] = true;
        let mut stack = vec![start];
        let mut component = Component {
            bounds: Rect::new(0, 0, 0, 0),
            pixels: 0,
        };
        while let Some(i) = stack.pop() {
            let (x, y) = (i % width, i / width);
            component.pixels += 1;
            component.bounds = component.bounds.union(Rect::new(x, y, 1, 1));
            for v in y.saturating_sub(1)..(y + 2).min(height) {
                for u in x.saturating_sub(1)..(x + 2).min(width) {
                    if mask.get(u, v) > 0 && !seen[v * width + u] {
                        seen[v * width + u] = true;
                        stack.push(v * width + u);
                    }
                }
            }
        }
        found.push(component);
    }
    found
}

fn random(width: usize, height: usize, density: f64, seed: u64) -> Mask {
    let data = (0..width * height)
        .map(|i| {
            if noise(seed + i as u64) < density {
                255
            } else {
                0
            }
        })
        .collect();
    Mask::from_data(width, height, data).expect("the count fits")
}

#[test]
fn random_masks_agree_with_a_flood_fill() {
    for (case, density) in [0.02, 0.1, 0.25, 0.35, 0.4, 0.45, 0.6, 0.95]
        .into_iter()
        .enumerate()
    {
        for (width, height) in [(1, 40), (40, 1), (2, 2), (57, 43)] {
            let mask = random(width, height, density, 10_000 * case as u64);
            assert_eq!(
                mask.components(),
                flood_fill(&mask),
                "{width}x{height} at {density}"
            );
        }
    }
}

#[test]
fn corners_connect_and_gaps_do_not() {
    let rows = ["#...#", ".#.#.", "..#..", ".....", "##.##"];
    let data = rows
        .iter()
        .flat_map(|row| row.bytes().map(|b| if b == b'#' { 255 } else { 0 }))
        .collect();
    let mask = Mask::from_data(5, 5, data).expect("the count fits");
    let expected = [
        Component {
            bounds: Rect::new(0, 0, 5, 3),
            pixels: 5,
        },
        Component {
            bounds: Rect::new(0, 4, 2, 1),
            pixels: 2,
        },
        Component {
            bounds: Rect::new(3, 4, 2, 1),
            pixels: 2,
        },
    ];
    assert_eq!(mask.components(), expected);
}

#[test]
fn a_24_megapixel_mask_is_quick() {
    // A comb: one component made of many runs, the worst case for joining, over thin noise.
    let (width, height) = (6000, 4000);
    let data = (0..width * height)
        .map(|i| {
            if i % width % 2 == 0 || i / width == height - 1 {
                255
            } else {
                0
            }
        })
        .collect();
    let mask = Mask::from_data(width, height, data).expect("the count fits");
    let started = std::time::Instant::now();
    let components = mask.components();
    assert_eq!(components.len(), 1);
    assert_eq!(components[0].pixels, mask.count());
    assert_eq!(components[0].bounds, mask.bounds());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
