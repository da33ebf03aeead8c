//! `jpeg` without a quality means the one that the photo's own file was compressed with.

use engine::Chain;
use imaging::Photo;

/// The chain for a photo, and what was read from its file. Only what happened last can be what
/// the file tells of; what is written in the chain counts.
pub(super) fn as_read(chain: &Chain, photo: &Photo) -> (Chain, Option<String>) {
    let mut chain = chain.clone();
    let facts = photo.jpeg();
    let last = chain.0.last_mut().filter(|spec| spec.name == "jpeg");
    let (Some(spec), Some(quality)) = (last, facts.quality) else {
        return (chain, None);
    };
    if spec.parameters.contains_key("quality") {
        return (chain, None);
    }
    *spec = spec.clone().with("quality", quality);
    if let (Some(halved), false) = (facts.halved, spec.parameters.contains_key("chroma")) {
        *spec = spec.clone().with("chroma", if halved { 420 } else { 444 });
    }
    let said = format!("taken for {spec}, as its file says");
    (chain, Some(said))
}

#[cfg(test)]
mod tests {
    use imaging::{Depth, FileFormat, Planar, SaveOptions, encode};

    use super::*;

    fn file(format: FileFormat) -> Photo {
        let picture = Photo::from_planar(&Planar::new(16, 16), Depth::Eight);
        let options = SaveOptions {
            quality: 31,
            ..SaveOptions::default()
        };
        let bytes = encode(&picture, format, &options).expect("encoded");
        Photo::decode(&bytes, "a").expect("valid")
    }

    #[test]
    fn the_file_tells_what_was_not_written() {
        let jpeg = file(FileFormat::Jpeg);
        let halved = jpeg.jpeg().halved.expect("three colours");
        let chroma = if halved { 420 } else { 444 };
        let read = |written: &str, photo: &Photo| {
            let chain: Chain = written.parse().expect("known");
            as_read(&chain, photo).0.to_string()
        };
        let full = format!("jpeg:chroma={chroma},quality=31");
        assert_eq!(read("jpeg", &jpeg), full);
        assert_eq!(read("grayscale+jpeg", &jpeg), format!("grayscale+{full}"));
        // What is written counts, and so does the order.
        for chain in ["jpeg:quality=5", "jpeg+grayscale", "identity"] {
            assert_eq!(read(chain, &jpeg), chain);
        }
        assert_eq!(read("jpeg:chroma=444", &jpeg), "jpeg:chroma=444,quality=31");
        assert_eq!(read("jpeg", &file(FileFormat::Png)), "jpeg");
    }
}
