//! Pictures within EXIF: cameras put previews into their own notes, each in its own way, and all of
//! them are JPEG. They show the photo as it was before it was restored, so each is blanked where it
//! lies; nothing moves, for a maker's notes count their places from where nobody else knows.

/// More segments than a preview has before its scan: what seems to have them is an attack on whoever
/// follows each.
const SEGMENTS: usize = 64;
const END: [u8; 2] = [0xFF, 0xD9];

/// Blanks every whole JPEG picture in a block. Takes time in proportion to its length.
pub(crate) fn blank(block: &mut [u8]) {
    // Behind the last end no picture ends, and none is looked for.
    let Some(last) = block.windows(2).rposition(|two| two == END) else {
        return;
    };
    let block = &mut block[..last + 2];
    let mut at = 0;
    while let Some(start) = next(block, at) {
        // What only looks like a beginning is left as it is.
        let length = length(&block[start..]);
        if let Some(length) = length {
            block[start..start + length].fill(0);
        }
        at = start + length.unwrap_or(2);
    }
}

/// Where the next picture may begin.
fn next(block: &[u8], from: usize) -> Option<usize> {
    let rest = block.get(from..)?;
    let found = rest
        .windows(3)
        .position(|three| three == [0xFF, 0xD8, 0xFF]);
    found.map(|at| from + at)
}

/// Bytes of the picture that begins here: its segments up to the first scan (ITU-T T.81, section B.1),
/// and on to the marker of its end. `None` for what is none.
fn length(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    let mut frames = 0;
    for _ in 0..SEGMENTS {
        let [0xFF, marker, high, low] = *bytes.get(at..at + 4)? else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        match marker {
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => frames += 1,
            0xC4 | 0xDA..=0xDD | 0xE0..=0xEF | 0xFE => {}
            _ => return None,
        }
        at += 2 + length.max(2);
        if marker == 0xDA {
            let scan = bytes.get(at..).filter(|_| frames == 1)?;
            let end = scan.windows(2).position(|two| two == END)?;
            return Some(at + end + 2);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Depth, FileFormat, Photo, Planar, SaveOptions, encode};

    #[test]
    fn pictures_go_and_all_else_stays_in_place() {
        let photo = Photo::from_planar(&Planar::new(24, 16), Depth::Eight);
        let jpeg = encode(&photo, FileFormat::Jpeg, &SaveOptions::default()).expect("encoded");
        let almost = b"\xFF\xD8\xFF\xE0\0\x04ab no picture \xFF\xD9";
        let mut block = [b"Nikon".as_slice(), &jpeg, almost, &jpeg, b"end"].concat();
        let whole = block.clone();
        blank(&mut block);
        let zeros = vec![0; jpeg.len()];
        let expected = [b"Nikon".as_slice(), &zeros, almost, &zeros, b"end"].concat();
        assert_eq!(block, expected);
        // One that is cut short shows nothing, and is told by nothing.
        let mut cut = whole[..jpeg.len()].to_vec();
        blank(&mut cut);
        assert_eq!(cut, whole[..jpeg.len()]);
    }
}
