//! Which pictures belong to the same photograph.
//!
//! Tiles of one photograph look alike; one of them in training and its neighbour in validation
//! would make the validation loss a lie. Tiles are called `<photograph>_<number>`, but so are the
//! files of many cameras (`IMG_0123`), hence the care.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use super::picture::Picture;

/// Tiles are square and of one size, and none is larger than this.
const LARGEST_TILE: usize = 512;

/// How names tell photographs apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Tiles if nearly all pictures (nine in ten) are squares of one size up to 512 that are
    /// called `<photograph>_<number>`; files otherwise.
    #[default]
    Auto,
    /// Every file is a photograph of its own.
    Files,
    /// `<photograph>_<number>`: what stands before the last underscore is the photograph.
    Tiles,
}

impl FromStr for Grouping {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "files" => Ok(Self::Files),
            "tiles" => Ok(Self::Tiles),
            other => Err(format!(
                "`{other}` is no way to group pictures; write auto, files or tiles"
            )),
        }
    }
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Files => "files",
            Self::Tiles => "tiles",
        })
    }
}

impl Grouping {
    /// Tells every picture the photograph it belongs to. With `join`, files that are copies of
    /// each other are one photograph; tiles are not, for one blank tile would join all it is in.
    pub(super) fn assign(self, pictures: &mut [Picture], join: bool) {
        let tiles = match self {
            Self::Files => false,
            Self::Tiles => true,
            Self::Auto => look_like_tiles(pictures),
        };
        let mut first: HashMap<[u8; 32], String> = HashMap::new();
        for picture in pictures {
            let stem = stem(picture.name());
            let photograph = match tile_of(stem) {
                Some(photograph) if tiles => photograph,
                _ => stem,
            };
            let photograph = photograph.to_owned();
            picture.belongs_to(if join && !tiles {
                first.entry(*picture.digest()).or_insert(photograph).clone()
            } else {
                photograph
            });
        }
    }
}

/// A strange picture or two among thousands of tiles must not scatter the tiles of a photograph
/// over training and validation; the strange ones are at worst thought to belong together.
fn look_like_tiles(pictures: &[Picture]) -> bool {
    let mut by_side: HashMap<usize, usize> = HashMap::new();
    for picture in pictures {
        let square = picture.width() == picture.height();
        let small = picture.width() <= LARGEST_TILE;
        if square && small && tile_of(stem(picture.name())).is_some() {
            *by_side.entry(picture.width()).or_default() += 1;
        }
    }
    let most = by_side.into_values().max().unwrap_or_default();
    10 * most >= 9 * pictures.len()
}

/// The name without its ending: with its folders, so that `2019/IMG_1` is not `2020/IMG_1`.
fn stem(name: &str) -> &str {
    match name.rfind('.') {
        Some(dot) if !name[dot..].contains('/') => &name[..dot],
        _ => name,
    }
}

fn tile_of(stem: &str) -> Option<&str> {
    let (photograph, number) = stem.rsplit_once('_')?;
    let counts = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let named = !photograph.is_empty() && !photograph.ends_with('/');
    (counts && named).then_some(photograph)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(stem("a/b.c/d"), "a/b.c/d");
        assert_eq!(stem("a/b.c/d.png"), "a/b.c/d");
        assert_eq!(tile_of("val/117_00003"), Some("val/117"));
        assert_eq!(tile_of("val/_3"), None);
        assert_eq!(tile_of("a_b"), None);
        assert_eq!(tile_of("a_"), None);
    }
}
