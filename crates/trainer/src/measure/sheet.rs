//! Contact sheets: many small pictures as one.

use imaging::Planar;

/// Pixels between pictures.
const GAP: usize = 4;
/// Sheets are no narrower than this many pixels as long as whole magnifications allow.
const READABLE: usize = 640;

/// Pictures of one size in rows of `columns`, on grey; small ones are magnified by repeating
/// pixels.
///
/// # Panics
/// If there are no pictures or no columns.
#[must_use]
pub fn contact_sheet(pictures: &[&Planar], columns: usize) -> Planar {
    let (width, height) = (pictures[0].width, pictures[0].height);
    let times = (READABLE / (columns * (width + GAP))).clamp(1, 4);
    let (cell_width, cell_height) = (times * width + GAP, times * height + GAP);
    let rows = pictures.len().div_ceil(columns);
    let mut sheet = Planar::new(columns * cell_width + GAP, rows * cell_height + GAP);
    sheet.data.fill(0.2);
    for (i, picture) in pictures.iter().enumerate() {
        let (row, column) = (i / columns, i % columns);
        let large = magnified(picture, times);
        sheet.paste(column * cell_width + GAP, row * cell_height + GAP, &large);
    }
    sheet
}

fn magnified(picture: &Planar, times: usize) -> Planar {
    let mut large = Planar::new(times * picture.width, times * picture.height);
    let (width, plane) = (large.width, large.width * large.height);
    for (i, value) in large.data.iter_mut().enumerate() {
        let (channel, y, x) = (i / plane, i % plane / width, i % width);
        *value = picture.channel(channel)[y / times * picture.width + x / times];
    }
    large
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_has_its_place() {
        let white = Planar::from_data(8, 8, vec![1.0; 192]).expect("the size fits");
        let black = Planar::new(8, 8);
        let sheet = contact_sheet(&[&white, &black, &white], 2);
        assert_eq!((sheet.width, sheet.height), (2 * 36 + 4, 2 * 36 + 4));
        let at = |x: usize, y: usize| sheet.channel(1)[y * sheet.width + x];
        assert_eq!(
            [at(0, 0), at(4, 4), at(40, 4), at(4, 40), at(40, 40)],
            [0.2, 1.0, 0.0, 1.0, 0.2]
        );
    }
}
