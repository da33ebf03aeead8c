//! What the properties of a HEIF picture do to it (ISO/IEC 23008-12, sections 6.5.9, 6.5.10 and 6.5.12):
//! cut it, turn it, mirror it.

use image::DynamicImage;

use super::{Fault, tables};
use crate::{Rect, metadata::heif::Heif};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Cut(Rect),
    /// By so many quarters, anticlockwise.
    Turn(u8),
    /// Top and bottom change places.
    FlipDown,
    /// Left and right change places.
    FlipAcross,
}

/// The changes of an item, in the order in which they are made.
pub(super) fn changes(heif: &Heif<'_>, id: u32) -> Result<Vec<Change>, Fault> {
    let (width, height) = heif
        .size(id)
        .map(|(width, height)| (width as usize, height as usize))
        .ok_or_else(tables)?;
    let mut all = Vec::new();
    for property in heif.properties(id) {
        let change = match (&property.kind, property.data) {
            (b"irot", [angle, ..]) => Change::Turn(angle & 3),
            (b"imir", [axis, ..]) if axis & 1 == 0 => Change::FlipDown,
            (b"imir", [_, ..]) => Change::FlipAcross,
            (b"clap", data) => {
                let size = size_after((width, height), &all);
                Change::Cut(aperture(data, size).ok_or_else(tables)?)
            }
            _ => continue,
        };
        all.push(change);
        // A property stands once; a long list of turns is none.
        if all.len() > 8 {
            return Err(tables());
        }
    }
    Ok(all)
}

/// The part that `clap` leaves: width, height, and how far its middle lies off the whole's, as
/// fractions.
fn aperture(data: &[u8], (width, height): (usize, usize)) -> Option<Rect> {
    let number = |at: usize| {
        data.get(4 * at..)?
            .first_chunk()
            .map(|four| i32::from_be_bytes(*four))
    };
    let fraction = |at: usize| {
        let (above, below) = (number(at)?, number(at + 1)?);
        (below > 0).then(|| f64::from(above) / f64::from(below))
    };
    let part = |at: usize, whole: usize| {
        let (side, off) = (fraction(at)?, fraction(at + 4)?);
        let start = ((whole as f64 - side) / 2.0 + off).round();
        let sound = side >= 1.0 && start >= 0.0 && start + side <= whole as f64 + 0.5;
        sound.then_some((start as usize, side.round() as usize))
    };
    let ((x, w), (y, h)) = (part(0, width)?, part(2, height)?);
    (x + w <= width && y + h <= height).then(|| Rect::new(x, y, w, h))
}

/// Width and height of a picture afterwards.
pub(super) fn size_after(size: (usize, usize), changes: &[Change]) -> (usize, usize) {
    changes
        .iter()
        .fold(size, |(width, height), change| match change {
            Change::Cut(rect) => (rect.width, rect.height),
            Change::Turn(1 | 3) => (height, width),
            _ => (width, height),
        })
}

/// The picture afterwards.
pub(super) fn changed(mut image: DynamicImage, changes: &[Change]) -> Result<DynamicImage, Fault> {
    for change in changes {
        image = match *change {
            Change::Cut(rect) => {
                let number = |side: usize| u32::try_from(side).map_err(|_| tables());
                let (x, y) = (number(rect.x)?, number(rect.y)?);
                image.crop_imm(x, y, number(rect.width)?, number(rect.height)?)
            }
            Change::Turn(1) => image.rotate270(),
            Change::Turn(2) => image.rotate180(),
            Change::Turn(3) => image.rotate90(),
            Change::Turn(_) => image,
            Change::FlipDown => image.flipv(),
            Change::FlipAcross => image.fliph(),
        };
    }
    Ok(image)
}

#[cfg(test)]
mod tests {
    use image::GrayImage;

    use super::*;

    fn numbers(numbers: [i32; 8]) -> Vec<u8> {
        numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
    }

    #[test]
    fn an_aperture_lies_round_the_middle() {
        let whole = (64, 48);
        let of = |list| aperture(&numbers(list), whole);
        assert_eq!(
            of([64, 1, 48, 1, 0, 1, 0, 1]),
            Some(Rect::new(0, 0, 64, 48))
        );
        assert_eq!(
            of([60, 1, 40, 1, -2, 1, 4, 1]),
            Some(Rect::new(0, 8, 60, 40))
        );
        // An odd side: the middle lies half a pixel off.
        assert_eq!(
            of([63, 1, 47, 1, -1, 2, -1, 2]),
            Some(Rect::new(0, 0, 63, 47))
        );
        for wrong in [
            [64, 1, 48, 1, 1, 1, 0, 1],
            [64, 0, 48, 1, 0, 1, 0, 1],
            [-1, 1, 48, 1, 0, 1, 0, 1],
            [i32::MAX, 1, 48, 1, 0, 1, 0, 1],
        ] {
            assert_eq!(of(wrong), None, "{wrong:?}");
        }
        assert_eq!(aperture(&[0; 31], whole), None);
    }

    #[test]
    fn a_quarter_is_anticlockwise_and_changes_follow_each_other() {
        let image: DynamicImage = GrayImage::from_raw(3, 2, vec![1, 2, 3, 4, 5, 6])
            .expect("six")
            .into();
        let after = |changes: &[Change]| {
            let image = changed(image.clone(), changes).expect("sound");
            let size = (image.width() as usize, image.height() as usize);
            assert_eq!(size, size_after((3, 2), changes));
            image.as_bytes().to_vec()
        };
        assert_eq!(after(&[Change::Turn(1)]), [3, 6, 2, 5, 1, 4]);
        assert_eq!(after(&[Change::FlipDown]), [4, 5, 6, 1, 2, 3]);
        assert_eq!(after(&[Change::FlipAcross]), [3, 2, 1, 6, 5, 4]);
        let cut = Change::Cut(Rect::new(1, 0, 2, 2));
        assert_eq!(after(&[cut, Change::Turn(3)]), [5, 2, 6, 3]);
    }
}
