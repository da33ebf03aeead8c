//! How a picture formed, as an animation: the photo, then `x0_hat` after every step that was seen.

use std::time::Duration;

use imaging::{Animation, ImagingError, Photo, Planar, Rect};

use crate::event::Preview;

/// A window after some steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Shot {
    /// Where it belongs, in pixels of the result.
    pub window: Rect,
    /// Width and height of what was kept, at most those of the window.
    pub size: (usize, usize),
    /// Packed RGBA.
    pub rgba: Vec<u8>,
    /// Steps done.
    pub done: usize,
}

/// Shots of a run in the order of its steps; a bounded number of them.
#[derive(Clone, Debug, Default)]
pub struct Film {
    shots: Vec<Shot>,
    /// Shots are kept one of so many.
    stride: usize,
    seen: usize,
}

impl Film {
    /// Shots beyond this are thinned.
    pub const MOST: usize = 96;
    /// The longer side of the animation in pixels.
    const SIDE: usize = 640;
    const FIRST: Duration = Duration::from_millis(700);
    const EACH: Duration = Duration::from_millis(70);
    const LAST: Duration = Duration::from_millis(2000);

    /// A film of these shots.
    #[must_use]
    pub fn of(shots: Vec<Shot>) -> Self {
        Self {
            shots,
            ..Self::default()
        }
    }

    /// Adds what a preview shows. The last of a window is always kept.
    pub fn add(&mut self, preview: &Preview) {
        let (width, height) = preview.size();
        if width == 0 || height == 0 || preview.rgba.len() != 4 * width * height {
            return;
        }
        self.seen += 1;
        let stride = self.stride.max(1);
        if !self.seen.is_multiple_of(stride) && preview.level > 0.0 {
            return;
        }
        let Some((size, rgba)) = small((width, height), &preview.rgba) else {
            return;
        };
        self.shots.push(Shot {
            window: preview.window,
            size,
            rgba,
            done: preview.done,
        });
        if self.shots.len() > Self::MOST {
            self.stride = 2 * stride;
            let last = |i: usize| {
                let next = self.shots.get(i + 1);
                next.is_none_or(|next| next.window != self.shots[i].window)
            };
            let keep: Vec<bool> = (0..self.shots.len())
                .map(|i| i % 2 == 1 || last(i))
                .collect();
            let mut keep = keep.into_iter();
            self.shots.retain(|_| keep.next().unwrap_or(true));
        }
    }

    /// Whether nothing was seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shots.is_empty()
    }

    /// The animation as the bytes of a PNG, at most 640 pixels a side: the part that all windows
    /// cover, on `photo`, enlarged to `size` where the result is larger.
    ///
    /// # Errors
    /// [`ImagingError::Encode`] when nothing was seen.
    pub fn to_png(&self, photo: &Photo, size: (usize, usize)) -> Result<Vec<u8>, ImagingError> {
        let windows = self.shots.iter().map(|shot| shot.window);
        let whole = Rect::new(0, 0, size.0, size.1);
        let part = windows
            .reduce(Rect::union)
            .and_then(|part| part.intersection(whole));
        let mut animation = Animation::default();
        if let Some(part) = part {
            let stage = Stage::new(part);
            let mut shown = stage.photo(photo, size);
            animation.show(shown.clone(), Self::FIRST);
            for (i, shot) in self.shots.iter().enumerate() {
                stage.draw(shot, &mut shown);
                let last = i + 1 == self.shots.len();
                animation.show(shown.clone(), if last { Self::LAST } else { Self::EACH });
            }
        }
        animation.to_png()
    }
}

/// A preview no larger than the animation can show, since a hundred are kept; `None` for bytes that are
/// no picture.
fn small((width, height): (usize, usize), rgba: &[u8]) -> Option<((usize, usize), Vec<u8>)> {
    let longer = width.max(height);
    if longer <= Film::SIDE {
        return Some(((width, height), rgba.to_vec()));
    }
    let side = |length: usize| (length * Film::SIDE / longer).max(1);
    let size = (side(width), side(height));
    let photo = Photo::from_rgba8(width, height, rgba).ok()?;
    let shown = photo.planar(photo.bounds()).resized(size.0, size.1);
    Some((size, shown.to_rgba8()))
}

/// The part of the result that is shown, and how large.
struct Stage {
    part: Rect,
    size: (usize, usize),
}

impl Stage {
    fn new(part: Rect) -> Self {
        let longest = part.width.max(part.height).max(1);
        let scale = (Film::SIDE as f64 / longest as f64).min(1.0);
        let side = |length: usize| ((length as f64 * scale).round() as usize).max(1);
        Self {
            part,
            size: (side(part.width), side(part.height)),
        }
    }

    /// The photo under the part.
    fn photo(&self, photo: &Photo, size: (usize, usize)) -> Planar {
        let (width, height) = (photo.width(), photo.height());
        let part = if (width, height) == size {
            self.part
        } else {
            // Only a picture that is restored as a whole changes its size.
            photo.bounds()
        };
        self.fit(&photo.planar(part))
    }

    fn fit(&self, picture: &Planar) -> Planar {
        if (picture.width, picture.height) == self.size {
            picture.clone()
        } else {
            picture.resized(self.size.0, self.size.1)
        }
    }

    /// Where a window lies on the stage.
    fn place(&self, window: Rect) -> Rect {
        let across = |x: usize| {
            let inside = x.saturating_sub(self.part.x).min(self.part.width);
            inside * self.size.0 / self.part.width.max(1)
        };
        let down = |y: usize| {
            let inside = y.saturating_sub(self.part.y).min(self.part.height);
            inside * self.size.1 / self.part.height.max(1)
        };
        let (left, top) = (across(window.x), down(window.y));
        let (right, bottom) = (across(window.right()), down(window.bottom()));
        Rect::new(left, top, right - left, bottom - top)
    }

    fn draw(&self, shot: &Shot, on: &mut Planar) {
        let place = self.place(shot.window);
        let Ok(photo) = Photo::from_rgba8(shot.size.0, shot.size.1, &shot.rgba) else {
            return;
        };
        if place.width == 0 || place.height == 0 {
            return;
        }
        let picture = photo.planar(photo.bounds());
        let fits = (picture.width, picture.height) == (place.width, place.height);
        if fits {
            on.paste(place.x, place.y, &picture);
        } else {
            on.paste(
                place.x,
                place.y,
                &picture.resized(place.width, place.height),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::JobId;
    use imaging::Depth;

    fn preview(x: usize, done: usize, level: f64) -> Preview {
        Preview {
            job: JobId(1),
            window: Rect::new(x, 0, 8, 8),
            rgba: vec![done as u8; 4 * 64],
            exact: None,
            done,
            made: std::time::Instant::now(),
            level,
        }
    }

    #[test]
    fn a_film_is_bounded_and_keeps_the_last_of_every_window() {
        let mut film = Film::default();
        for done in 1..=500 {
            let (x, level) = if done <= 250 {
                (0, 250 - done)
            } else {
                (8, 500 - done)
            };
            film.add(&preview(x, done, level as f64));
            assert!(film.shots.len() <= Film::MOST);
        }
        let done: Vec<usize> = film.shots.iter().map(|shot| shot.done).collect();
        assert!(done.is_sorted() && done.len() > Film::MOST / 4, "{done:?}");
        assert!(done.contains(&250) && done.last() == Some(&500), "{done:?}");
    }

    #[test]
    fn a_film_shows_the_photo_and_then_every_shot_in_its_place() {
        let photo = Photo::from_planar(&Planar::new(40, 20), Depth::Eight);
        let mut film = Film::default();
        assert!(film.to_png(&photo, (40, 20)).is_err(), "nothing was seen");
        film.add(&preview(4, 100, 1.0));
        film.add(&preview(20, 200, 0.0));
        let bytes = film.to_png(&photo, (40, 20)).expect("two shots");
        let first = Photo::decode(&bytes, "film.png").expect("a picture");
        assert_eq!((first.width(), first.height()), (24, 8), "from 4 to 28");
        let stage = Stage::new(Rect::new(4, 0, 24, 8));
        assert_eq!(stage.place(Rect::new(20, 0, 8, 8)), Rect::new(16, 0, 8, 8));
        let large = Stage::new(Rect::new(0, 0, 6400, 100));
        assert_eq!(large.size, (640, 10));
        assert_eq!(
            large.place(Rect::new(640, 0, 640, 100)),
            Rect::new(64, 0, 64, 10)
        );
    }
}
