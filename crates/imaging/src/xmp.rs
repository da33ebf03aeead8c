//! XMP packets: what they claim of the picture, kept true.
//!
//! A packet is carried as text. Three things in it would be wrong in the file that is saved and are
//! changed: orientation and sizes, among them those of a panorama's projection; thumbnails, which show
//! the picture before it was restored; and what it says of a gain map, a depth map, a video or a further part of the packet, which are not
//! carried along. Properties are found by their namespace, whatever prefix the writer chose.
//!
//! Source: ISO 16684-1 (XMP, part 1), section 7; the namespaces of Adobe, Google and Apple below.

mod panorama;

use std::ops::Range;

use image::metadata::Orientation;

use panorama::Panorama;

const TIFF: &str = "http://ns.adobe.com/tiff/1.0/";
const EXIF: &str = "http://ns.adobe.com/exif/1.0/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";
const NOTE: &str = "http://ns.adobe.com/xmp/note/";
const PANORAMA: &str = "http://ns.google.com/photos/1.0/panorama/";
const CAMERA: &str = "http://ns.google.com/photos/1.0/camera/";

/// Namespaces of which nothing is true of a picture that stands alone: gain maps of Adobe and
/// Apple, Google's list of the parts of a file, depth maps and pictures within the packet.
const OF_OTHER_PICTURES: [&str; 8] = [
    "http://ns.adobe.com/hdr-gain-map/1.0/",
    "http://ns.apple.com/HDRGainMap/1.0/",
    "http://ns.apple.com/pixeldatainfo/1.0/",
    "http://ns.google.com/photos/1.0/container/",
    "http://ns.google.com/photos/1.0/container/item/",
    "http://ns.google.com/photos/1.0/depthmap/",
    "http://ns.google.com/photos/1.0/image/",
    "http://ns.google.com/photos/dd/1.0/device/",
];

/// What becomes of a property.
enum Fate {
    Stays,
    Goes,
    Becomes(String),
}

/// The orientation a packet asks for.
pub(crate) fn orientation(packet: &[u8]) -> Option<Orientation> {
    let text = std::str::from_utf8(packet).ok()?;
    let mut found = None;
    let _ = edited(text, |space, name, value| {
        if (space, name) == (TIFF, "Orientation") {
            found = found.or_else(|| Orientation::from_exif(value.trim().parse().ok()?));
        }
        Fate::Stays
    });
    found
}

/// Whether a packet says that the file has a gain map.
pub(crate) fn claims_gain_map(packet: &[u8]) -> bool {
    let claim = |part: &[u8]| part == b"hdr-gain-map" || part == b"HDRGainMap/1";
    packet.windows(12).any(claim)
}

/// Whether a packet says that the file has a video.
pub(crate) fn claims_video(packet: &[u8]) -> bool {
    let text = String::from_utf8_lossy(packet);
    let mut found = false;
    let _ = edited(&text, |space, name, value| {
        found |= space == CAMERA && matches!(name, "MotionPhoto" | "MicroVideo") && value != "0";
        Fate::Stays
    });
    found
}

/// A packet of a picture that has been turned upright and stands alone. What is no UTF-8 stays as
/// it is.
pub(crate) fn upright(packet: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&packet) else {
        return packet;
    };
    let text = edited(text, |space, name, _| match (space, name) {
        (TIFF, "Orientation") => Fate::Becomes("1".to_owned()),
        (XMP, "Thumbnails") | (NOTE, "HasExtendedXMP") => Fate::Goes,
        (CAMERA, name) if name.starts_with("MotionPhoto") || name.starts_with("MicroVideo") => {
            Fate::Goes
        }
        (space, _) if OF_OTHER_PICTURES.contains(&space) => Fate::Goes,
        _ => Fate::Stays,
    });
    without_unused(text).into_bytes()
}

/// A packet with the picture's size wherever it says one.
pub(crate) fn sized(packet: Vec<u8>, (width, height): (u32, u32)) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&packet) else {
        return packet;
    };
    let panorama = Panorama::of(text);
    let text = edited(text, |space, name, value| match (space, name) {
        (TIFF, "ImageWidth") | (EXIF, "PixelXDimension") => Fate::Becomes(width.to_string()),
        (TIFF, "ImageLength") | (EXIF, "PixelYDimension") => Fate::Becomes(height.to_string()),
        (PANORAMA, name) => panorama.as_ref().map_or(Fate::Stays, |panorama| {
            panorama.fate(name, value, (width, height))
        }),
        _ => Fate::Stays,
    });
    text.into_bytes()
}

/// The packet with each property as `fate` decides, which gets its namespace, its name and its
/// value (empty for one that has further elements inside). What is no XML is copied.
fn edited(text: &str, mut fate: impl FnMut(&str, &str, &str) -> Fate) -> String {
    let spaces = namespaces(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(tag) = next_tag(text, at) {
        out.push_str(&text[at..tag.start]);
        at = tag.end;
        let element = Element::new(text, tag.clone());
        let Some((space, name)) = element.name.and_then(|name| resolved(&spaces, name)) else {
            out.push_str(&with_attributes(&element, &spaces, &mut fate));
            continue;
        };
        let simple = simple(text, tag.end).filter(|_| !element.closed);
        let value = simple.as_ref().map_or("", |inside| &text[inside.clone()]);
        match (fate(space, name, value), simple) {
            (Fate::Goes, _) if element.closed => {}
            (Fate::Goes, _) => match close_of(text, tag.end, element.name) {
                Some(end) => at = end,
                // It never ends; neither would looking for the ends of those that follow.
                None => {
                    at = tag.start;
                    break;
                }
            },
            (Fate::Becomes(new), Some(inside)) => {
                out.push_str(&text[tag]);
                out.push_str(&new);
                at = inside.end;
            }
            _ => out.push_str(&with_attributes(&element, &spaces, &mut fate)),
        }
    }
    out.push_str(&text[at..]);
    out
}

/// A tag with each of its attributes as `fate` decides.
fn with_attributes(
    element: &Element<'_>,
    spaces: &[(&str, &str)],
    fate: &mut impl FnMut(&str, &str, &str) -> Fate,
) -> String {
    let mut out = String::new();
    let mut copied = 0;
    for attribute in &element.attributes {
        let Some((space, name)) = resolved(spaces, &element.text[attribute.name.clone()]) else {
            continue;
        };
        match fate(space, name, &element.text[attribute.value.clone()]) {
            Fate::Stays => {}
            Fate::Goes => {
                out.push_str(element.text[copied..attribute.name.start].trim_end());
                copied = attribute.value.end + 1;
            }
            Fate::Becomes(new) => {
                out.push_str(&element.text[copied..attribute.value.start]);
                out.push_str(&new);
                copied = attribute.value.end;
            }
        }
    }
    out.push_str(&element.text[copied..]);
    out
}

/// A tag and what it consists of; ranges are within `text`.
struct Element<'a> {
    text: &'a str,
    /// With its prefix; `None` for closing tags, comments and instructions.
    name: Option<&'a str>,
    /// Whether nothing is inside.
    closed: bool,
    attributes: Vec<Attribute>,
}

struct Attribute {
    name: Range<usize>,
    value: Range<usize>,
}

impl<'a> Element<'a> {
    fn new(whole: &'a str, tag: Range<usize>) -> Self {
        let text = &whole[tag];
        let inner = text.trim_start_matches('<');
        let none = inner.starts_with(['/', '!', '?']);
        let end = inner
            .find(|c: char| c.is_whitespace() || c == '/' || c == '>')
            .unwrap_or(inner.len());
        Self {
            text,
            name: (!none).then_some(&inner[..end]),
            closed: text.ends_with("/>"),
            attributes: if none { Vec::new() } else { attributes(text) },
        }
    }
}

/// `name="value"` after the name of a tag.
fn attributes(text: &str) -> Vec<Attribute> {
    let mut found = Vec::new();
    let mut at = text.find(char::is_whitespace).unwrap_or(text.len());
    while let Some(equals) = text[at..].find('=').map(|found| at + found) {
        let before = &text[at..equals];
        let name = before.trim();
        let start = at + (before.len() - before.trim_start().len());
        let rest = &text[equals + 1..];
        let quote = rest.trim_start().chars().next();
        let Some(quote) = quote.filter(|c| matches!(c, '"' | '\'')) else {
            break;
        };
        let open = equals + 1 + (rest.len() - rest.trim_start().len());
        let Some(length) = text[open + 1..].find(quote) else {
            break;
        };
        let close = open + 1 + length;
        found.push(Attribute {
            name: start..start + name.len(),
            value: open + 1..close,
        });
        at = close + 1;
    }
    found
}

/// The next tag at or after a place: from `<` to `>`, past those inside quotes.
fn next_tag(text: &str, from: usize) -> Option<Range<usize>> {
    let start = from + text.get(from..)?.find('<')?;
    if text[start..].starts_with("<!--") {
        let end = text[start..].find("-->")?;
        return Some(start..start + end + 3);
    }
    let mut quote = None;
    for (at, c) in text[start..].char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '>') => return Some(start..start + at + 1),
            _ => {}
        }
    }
    None
}

/// The text up to the next tag, if that closes what was opened before `from`.
fn simple(text: &str, from: usize) -> Option<Range<usize>> {
    let end = from + text.get(from..)?.find('<')?;
    text[end..].starts_with("</").then_some(from..end)
}

/// Where the tag ends that closes the one that ended at `from`.
fn close_of(text: &str, from: usize, name: Option<&str>) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = from;
    loop {
        let tag = next_tag(text, at)?;
        at = tag.end;
        let element = Element::new(text, tag);
        if let Some(closes) = element.text.strip_prefix("</") {
            if depth == 0 {
                let closes = closes.trim_end_matches('>').trim();
                return (Some(closes) == name).then_some(at);
            }
            depth -= 1;
        } else if element.name.is_some() && !element.closed {
            depth += 1;
        }
    }
}

/// Prefixes and what they stand for.
fn namespaces(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("xmlns:") {
        rest = &rest[at + 6..];
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let prefix = &rest[..end];
        let value = rest[end..]
            .trim_start()
            .trim_start_matches('=')
            .trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        if let Some(close) = value[1..].find(quote) {
            found.push((prefix, &value[1..=close]));
        }
        // A packet has a handful; thousands are an attack on whoever looks each up.
        if found.len() == 200 {
            break;
        }
    }
    found
}

/// Namespace and name of `prefix:name`.
fn resolved<'a>(spaces: &[(&'a str, &'a str)], name: &'a str) -> Option<(&'a str, &'a str)> {
    let (prefix, name) = name.split_once(':')?;
    let (_, space) = spaces.iter().find(|(known, _)| *known == prefix)?;
    Some((space, name))
}

/// The text without declarations of those namespaces of which nothing is left.
fn without_unused(text: String) -> String {
    let mut out = text;
    for space in OF_OTHER_PICTURES.into_iter().chain([CAMERA, NOTE]) {
        let found = namespaces(&out)
            .into_iter()
            .find(|(_, known)| *known == space);
        let Some(prefix) = found.map(|(prefix, _)| prefix.to_owned()) else {
            continue;
        };
        let used = |before: &str| out.contains(&format!("{before}{prefix}:"));
        if prefix.is_empty() || ["<", " ", "\n", "\t"].into_iter().any(used) {
            continue;
        }
        for quote in ['"', '\''] {
            let declared = format!("xmlns:{prefix}={quote}{space}{quote}");
            out = out.replace(&format!(" {declared}"), "");
            out = out.replace(&declared, "");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: &str = "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>\
        <x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
        <rdf:Description rdf:about='' xmlns:t='http://ns.adobe.com/tiff/1.0/' \
        xmlns:e='http://ns.adobe.com/exif/1.0/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' \
        xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' \
        xmlns:GCamera='http://ns.google.com/photos/1.0/camera/' \
        xmlns:C='http://ns.google.com/photos/1.0/container/' \
        xmlns:I='http://ns.google.com/photos/1.0/container/item/' \
        xmlns:dc='http://purl.org/dc/elements/1.1/' \
        t:Orientation='6' hdrgm:Version='1.0' GCamera:MotionPhoto='1' e:PixelXDimension=\"64\" dc:format='a > b'>\
        <t:ImageWidth>64</t:ImageWidth><e:PixelYDimension>48</e:PixelYDimension>\
        <xmp:Thumbnails><rdf:Alt><rdf:li>AAAA</rdf:li></rdf:Alt></xmp:Thumbnails>\
        <C:Directory><rdf:Seq><rdf:li><C:Item I:Semantic='GainMap'/></rdf:li></rdf:Seq></C:Directory>\
        <dc:title>\u{a9} Anna</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>";

    #[test]
    fn claims_of_other_pictures_go_and_all_else_stays() {
        assert_eq!(orientation(PACKET.as_bytes()), Some(Orientation::Rotate90));
        assert!(claims_video(PACKET.as_bytes()) && claims_gain_map(PACKET.as_bytes()));
        let text = String::from_utf8(upright(PACKET.into())).expect("text");
        assert_eq!(
            orientation(text.as_bytes()),
            Some(Orientation::NoTransforms)
        );
        assert!(!claims_video(text.as_bytes()) && !claims_gain_map(text.as_bytes()));
        for gone in [
            "hdrgm",
            "GainMap",
            "MotionPhoto",
            "GCamera",
            "Thumbnails",
            "AAAA",
        ] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        for kept in [
            "\u{a9} Anna",
            "dc:format='a > b'",
            "<t:ImageWidth>64<",
            "</rdf:Description>",
        ] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
        assert_eq!(upright(text.clone().into()), text.as_bytes());
    }

    #[test]
    fn sizes_follow_the_picture() {
        let text = String::from_utf8(sized(PACKET.into(), (128, 96))).expect("text");
        for new in [
            "<t:ImageWidth>128<",
            "e:PixelXDimension=\"128\"",
            "<e:PixelYDimension>96<",
        ] {
            assert!(text.contains(new), "{new}: {text}");
        }
    }

    #[test]
    fn an_orientation_may_be_an_element() {
        let packet = b"<a xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\"><tiff:Orientation>8</tiff:Orientation></a>";
        assert_eq!(orientation(packet), Some(Orientation::Rotate270));
        let kept = upright(packet.to_vec());
        assert_eq!(orientation(&kept), Some(Orientation::NoTransforms));
    }

    #[test]
    fn nonsense_is_kept_as_it_is() {
        for text in [
            "",
            "<",
            "<a",
            "<a b=>",
            "<a:b xmlns:a='x' a:c='",
            "</a></a>",
            "\u{a9}<\u{a9}",
        ] {
            assert_eq!(upright(text.into()), text.as_bytes(), "{text}");
        }
        assert_eq!(upright(vec![0xFF, 0xFE, b'<']), [0xFF, 0xFE, b'<']);
        // Deep nesting takes no stack, and unclosed elements no square of the length.
        let deep = "<a:b>".repeat(2000);
        assert_eq!(upright(deep.clone().into()), deep.as_bytes());
    }
}
