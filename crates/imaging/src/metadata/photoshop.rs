//! Photoshop's image resources, one after the other ("Adobe Photoshop File Formats", section "Image
//! Resource Blocks"): IPTC among them, which is what they are carried for.
//!
//! A resource is `8BIM`, its number (2 bytes), a name with its length in front (padded to an even
//! number), the length of its data (4 bytes), and the data (padded).

/// Resources that would be wrong in a file that is saved anew: thumbnails of the picture before it
/// was restored (1033, 1036), and copies of EXIF (1058, 1059) and XMP (1060), whose orientation and
/// size nobody corrects.
const STALE: [u16; 5] = [1033, 1036, 1058, 1059, 1060];

/// The resources without stale ones; from where they are damaged on, as they are.
pub(super) fn current(resources: Vec<u8>) -> Vec<u8> {
    let mut kept = Vec::with_capacity(resources.len());
    let mut rest = resources.as_slice();
    while let Some((number, length)) = first(rest) {
        let (one, others) = rest.split_at(length);
        if !STALE.contains(&number) {
            kept.extend_from_slice(one);
        }
        rest = others;
    }
    kept.extend_from_slice(rest);
    kept
}

/// The number of the first resource, and its length with padding; `None` where there is none.
fn first(resources: &[u8]) -> Option<(u16, usize)> {
    let rest = resources.strip_prefix(b"8BIM")?;
    let number = u16::from_be_bytes(*rest.first_chunk()?);
    let name = (1 + usize::from(*rest.get(2)?)).next_multiple_of(2);
    let data = rest.get(2 + name..)?;
    let length = usize::try_from(u32::from_be_bytes(*data.first_chunk()?)).ok()?;
    let whole = (4 + 2 + name + 4).checked_add(length)?;
    // The last one's padding is sometimes missing.
    let padded = whole.checked_next_multiple_of(2)?.min(resources.len());
    (whole <= resources.len()).then_some((number, padded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(number: u16, name: &str, data: &[u8]) -> Vec<u8> {
        let mut out = [b"8BIM".as_slice(), &number.to_be_bytes()].concat();
        out.push(name.len() as u8);
        out.extend(name.bytes());
        out.resize(out.len().next_multiple_of(2), 0);
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(data);
        out.resize(out.len().next_multiple_of(2), 0);
        out
    }

    #[test]
    fn stale_resources_go_and_others_keep_every_byte() {
        let iptc = resource(0x0404, "", b"\x1c\x02\x78\0\x03Sea");
        let named = resource(2000, "path", b"odd");
        let thumbnail = resource(1036, "", b"\xff\xd8OLD\xff\xd9");
        let all = [iptc.clone(), thumbnail, named.clone()].concat();
        assert_eq!(current(all), [iptc.clone(), named].concat());
        assert_eq!(current(iptc.clone()), iptc);
    }

    #[test]
    fn nonsense_is_kept_as_it_is() {
        let endless = b"8BIM\x04\x0c\0\0\xff\xff\xff\xffabc".to_vec();
        for bytes in [
            Vec::new(),
            b"8BIM".to_vec(),
            b"no resource".to_vec(),
            endless,
        ] {
            assert_eq!(current(bytes.clone()), bytes);
        }
        let mut unpadded = resource(2000, "", b"odd");
        unpadded.pop();
        assert_eq!(current(unpadded.clone()), unpadded);
    }
}
