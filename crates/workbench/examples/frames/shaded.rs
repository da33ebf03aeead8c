//! How much of the window is shaded for a frame, counting what is painted over: what a software rasteriser
//! spends its time on, since every pixel of every fill costs it as much as one of a photo.

use egui::epaint::{ClippedPrimitive, Primitive};
use egui::{Pos2, Rect};

/// The shaded area of a frame in square points.
pub(crate) fn area(primitives: &[ClippedPrimitive], screen: Rect) -> f32 {
    let each = primitives.iter().map(|clipped| {
        let Primitive::Mesh(mesh) = &clipped.primitive else {
            return 0.0;
        };
        let clip = clipped.clip_rect.intersect(screen);
        let triangles = mesh.indices.chunks_exact(3);
        let corner = |index: &u32| mesh.vertices[*index as usize].pos;
        triangles
            .map(|t| clipped_area([corner(&t[0]), corner(&t[1]), corner(&t[2])], clip))
            .sum::<f32>()
    });
    each.sum()
}

/// The area of the part of a triangle that lies inside a rectangle.
fn clipped_area(triangle: [Pos2; 3], clip: Rect) -> f32 {
    if !clip.is_positive() {
        return 0.0;
    }
    // Sutherland and Hodgman: what lies on the inner side of each edge in turn.
    let mut polygon = triangle.to_vec();
    let inside: [&dyn Fn(Pos2) -> f32; 4] = [
        &|p| p.x - clip.left(),
        &|p| clip.right() - p.x,
        &|p| p.y - clip.top(),
        &|p| clip.bottom() - p.y,
    ];
    for distance in inside {
        let mut cut = Vec::with_capacity(polygon.len() + 1);
        for (i, &to) in polygon.iter().enumerate() {
            let from = polygon[(i + polygon.len() - 1) % polygon.len()];
            let (a, b) = (distance(from), distance(to));
            if (a < 0.0) != (b < 0.0) {
                cut.push(from + (to - from) * (a / (a - b)));
            }
            if b >= 0.0 {
                cut.push(to);
            }
        }
        polygon = cut;
        if polygon.is_empty() {
            return 0.0;
        }
    }
    let doubled: f32 = (0..polygon.len())
        .map(|i| {
            let (a, b) = (polygon[i], polygon[(i + 1) % polygon.len()]);
            a.x * b.y - b.x * a.y
        })
        .sum();
    doubled.abs() / 2.0
}
