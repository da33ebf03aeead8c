//! HEIF files (ISO/IEC 23008-12), which AVIF and HEIC are: pictures, notes and whatever else, as items
//! with properties and references between them.
//!
//! Bounds: the tables of the items take 4 MiB each at most, and the data of an item no more than the
//! file, however often its parts are named.

mod items;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::boxes::{Numbers, Part, boxes, find};
use super::{ColorChunk, jxl, said::Parts};
use crate::{Loss, xmp};

use items::{Item, Reference};

/// The longest table that is read.
const TABLE: usize = 4 << 20;
/// Marks a box of a C2PA manifest (C2PA 2.1, section 11.1.3).
const CREDENTIALS: [u8; 16] = [
    0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81,
];

/// A file whose tables have been read.
pub(crate) struct Heif<'a> {
    file: &'a [u8],
    /// Data within the tables.
    idat: &'a [u8],
    /// The picture that is meant when one is asked for.
    pub(crate) primary: u32,
    items: BTreeMap<u32, Item<'a>>,
    references: Vec<Reference>,
    properties: Vec<Part<'a>>,
    /// Where the properties lie in the file.
    properties_at: usize,
}

/// A property of an item.
pub(crate) struct Property<'a> {
    pub(crate) kind: [u8; 4],
    pub(crate) data: &'a [u8],
    /// Whether who does not know it must not show the item.
    pub(crate) essential: bool,
}

/// How colours are coded (ITU-T H.273).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coding {
    pub(crate) primaries: u16,
    pub(crate) transfer: u16,
    pub(crate) matrix: u16,
    pub(crate) full_range: bool,
}

impl<'a> Heif<'a> {
    /// `None` where the tables are missing or damaged.
    pub(crate) fn new(file: &'a [u8]) -> Option<Self> {
        let meta = find(file, b"meta")?;
        // A full box: version and flags come first.
        let (tables, tables_at) = (meta.data.get(4..)?, meta.at + 4);
        let part = |kind| find(tables, kind).filter(|part| part.data.len() <= TABLE);
        let mut head = Numbers(part(b"pitm")?.data);
        let primary = match head.version()? {
            (0, _) => head.u16()?.into(),
            _ => head.u32()?,
        };
        let infos = part(b"iinf")?;
        let mut items = items::named(infos.data, tables_at + infos.at)?;
        items::located(part(b"iloc")?.data, &mut items)?;
        let iprp = part(b"iprp")?;
        for owned in boxes(iprp.data).filter(|part| part.kind == *b"ipma") {
            items::described(owned.data, &mut items)?;
        }
        let ipco = find(iprp.data, b"ipco")?;
        let references = part(b"iref").map(|part| items::references(part.data));
        let found = Self {
            file,
            idat: find(tables, b"idat").map_or(&[], |part| part.data),
            primary,
            items,
            references: references.unwrap_or(Some(Vec::new()))?,
            properties: boxes(ipco.data).collect(),
            properties_at: tables_at + iprp.at + ipco.at,
        };
        found.items.contains_key(&primary).then_some(found)
    }

    /// What an item is, such as `av01` or `grid`.
    pub(crate) fn kind(&self, id: u32) -> Option<[u8; 4]> {
        self.items.get(&id).map(|item| item.kind)
    }

    /// The data of an item; `None` where they are not in the file.
    pub(crate) fn data(&self, id: u32) -> Option<Cow<'a, [u8]>> {
        let item = self.items.get(&id)?;
        let whole = match item.method {
            0 => self.file,
            1 => self.idat,
            _ => return None,
        };
        let part = |(offset, length): &(u64, u64)| {
            let start = usize::try_from(*offset).ok()?;
            match usize::try_from(*length).ok()? {
                0 => whole.get(start..),
                length => whole.get(start..start.checked_add(length)?),
            }
        };
        if let [only] = item.extents.as_slice() {
            return part(only).map(Cow::Borrowed);
        }
        let mut out = Vec::new();
        for extent in &item.extents {
            let more = part(extent)?;
            if out.len() + more.len() > self.file.len() {
                return None;
            }
            out.extend_from_slice(more);
        }
        Some(out.into())
    }

    /// The properties of an item, in its order.
    pub(crate) fn properties(&self, id: u32) -> impl Iterator<Item = Property<'a>> {
        let owned = self.items.get(&id).map(|item| item.properties.as_slice());
        owned
            .unwrap_or_default()
            .iter()
            .filter_map(|(essential, place)| {
                let part = self.properties.get(place.checked_sub(1)?)?;
                Some(Property {
                    kind: part.kind,
                    data: part.data,
                    essential: *essential,
                })
            })
    }

    /// The data of an item's first property of a kind.
    pub(crate) fn property(&self, id: u32, kind: &[u8; 4]) -> Option<&'a [u8]> {
        let found = self.properties(id).find(|found| found.kind == *kind);
        found.map(|found| found.data)
    }

    /// Width and height of an item as it is stored, not turned nor cut.
    pub(crate) fn size(&self, id: u32) -> Option<(u32, u32)> {
        let mut numbers = Numbers(self.property(id, b"ispe")?);
        numbers.version()?;
        Some((numbers.u32()?, numbers.u32()?))
    }

    /// What an item refers to in some way.
    pub(crate) fn targets(&self, from: u32, kind: &[u8; 4]) -> &[u32] {
        let found = self
            .references
            .iter()
            .find(|r| r.kind == *kind && r.from == from);
        found.map_or(&[], |reference| &reference.to)
    }

    /// The items that refer to one in some way.
    fn sources(&self, to: u32, kind: &'static [u8; 4]) -> impl Iterator<Item = u32> {
        let found = self.references.iter();
        let found = found.filter(move |r| r.kind == *kind && r.to.contains(&to));
        found.map(|reference| reference.from)
    }

    /// What an auxiliary picture is for, as a name.
    fn purpose(&self, id: u32) -> String {
        let data = self.property(id, b"auxC").and_then(|data| data.get(4..));
        let data = data.unwrap_or_default();
        let name = data.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(name).into_owned()
    }

    /// The picture that is the alpha of another.
    pub(crate) fn alpha_of(&self, id: u32) -> Option<u32> {
        self.sources(id, b"auxl")
            .find(|from| is_alpha(&self.purpose(*from)))
    }

    /// Whether the colours of an item are multiplied by this alpha.
    pub(crate) fn is_associated(&self, id: u32, alpha: u32) -> bool {
        self.targets(id, b"prem").contains(&alpha)
    }

    /// How an item's colours are coded, if it says so.
    pub(crate) fn coding(&self, id: u32) -> Option<Coding> {
        let data = self.colors(id, b"nclx")?;
        let mut numbers = Numbers(data);
        Some(Coding {
            primaries: numbers.u16()?,
            transfer: numbers.u16()?,
            matrix: numbers.u16()?,
            full_range: numbers.u8()? >> 7 == 1,
        })
    }

    fn colors(&self, id: u32, kind: &[u8; 4]) -> Option<&'a [u8]> {
        let said = self.properties(id).filter(|found| found.kind == *b"colr");
        said.filter_map(|found| found.data.strip_prefix(kind))
            .next()
    }

    /// Everything that the file says beside its pixels.
    pub(crate) fn parts(&self) -> Parts {
        let mut parts = Parts {
            // Items are turned by their properties, whatever EXIF says.
            turned: true,
            ..Parts::default()
        };
        let main = self.primary;
        let icc = self
            .colors(main, b"prof")
            .or_else(|| self.colors(main, b"rICC"));
        parts.metadata.icc = icc.map(<[u8]>::to_vec);
        if let Some(coding) = self.coding(main).filter(|_| icc.is_none()) {
            parts.metadata.color.extend(coding.chunk());
        }
        for id in self.sources(main, b"cdsc") {
            let item = self.items.get(&id);
            match item.map(|item| (&item.kind, item.content)) {
                Some((b"Exif", _)) if parts.metadata.exif.is_none() => {
                    parts.metadata.exif = self.data(id).and_then(|data| jxl::notes(&data));
                }
                Some((b"mime", b"application/rdf+xml")) if parts.metadata.xmp.is_none() => {
                    parts.metadata.xmp = self.data(id).map(Cow::into_owned);
                }
                _ => {}
            }
        }
        parts.left = self.left(parts.metadata.xmp.as_deref());
        parts
    }

    /// What the file has beside its main picture.
    fn left(&self, packet: Option<&[u8]>) -> Vec<Loss> {
        let mut left = Vec::new();
        let of = 1 + self.others().len();
        if of > 1 {
            let of = u32::try_from(of).unwrap_or(u32::MAX);
            left.push(Loss::Pictures { of });
        }
        let maps = self.items.values().any(|item| item.kind == *b"tmap");
        let purposes = self
            .sources(self.primary, b"auxl")
            .map(|id| self.purpose(id));
        let (gain, other): (Vec<String>, Vec<String>) = purposes
            .filter(|purpose| !is_alpha(purpose))
            .partition(|purpose| purpose.contains("gainmap"));
        if maps || !gain.is_empty() || packet.is_some_and(xmp::claims_gain_map) {
            left.push(Loss::GainMap);
        }
        if !other.is_empty() {
            left.push(Loss::DepthMap);
        }
        for part in boxes(self.file) {
            match &part.kind {
                b"uuid" if part.data.starts_with(&CREDENTIALS) => left.push(Loss::Credentials),
                b"mpvd" => left.push(Loss::Video),
                b"moov" => left.push(Loss::Sequence),
                _ => {}
            }
        }
        left
    }

    /// Pictures in their own right beside the main one.
    fn others(&self) -> Vec<u32> {
        // Thumbnails, alpha and the like, and the tiles of larger pictures.
        let mut serve = BTreeSet::new();
        for reference in &self.references {
            match &reference.kind {
                b"thmb" | b"auxl" => serve.extend([reference.from]),
                b"dimg" => serve.extend(&reference.to),
                _ => {}
            }
        }
        let shown = self.items.iter();
        let shown = shown.filter(|(_, item)| item.is_picture() && !item.hidden);
        let ids = shown.map(|(id, _)| *id);
        ids.filter(|id| *id != self.primary && !serve.contains(id))
            .collect()
    }

    /// The file with its main picture alone and without its profile: for programs that would write
    /// every picture, or refuse the profile.
    pub(crate) fn alone(&self) -> Vec<u8> {
        let mut out = self.file.to_vec();
        for id in self.others() {
            // The lowest bit of the flags hides an item.
            if let Some(flags) = self
                .items
                .get(&id)
                .and_then(|item| out.get_mut(item.flags_at))
            {
                *flags |= 1;
            }
        }
        for part in &self.properties {
            let profile = part.data.starts_with(b"prof") || part.data.starts_with(b"rICC");
            let at = self.properties_at + part.kind_at;
            if let Some(kind) = out.get_mut(at..at + 4)
                && part.kind == *b"colr"
                && profile
            {
                kind.copy_from_slice(b"free");
            }
        }
        out
    }
}

impl Coding {
    /// The same for pixels in RGB, as PNG files say it. `None` for sRGB, and where nothing is said:
    /// 2 stands for what is not known.
    fn chunk(self) -> Option<ColorChunk> {
        if matches!((self.primaries, self.transfer), (1 | 2, 13 | 2)) {
            return None;
        }
        let [primaries, transfer] = [self.primaries, self.transfer].map(|n| u8::try_from(n).ok());
        ColorChunk::new(*b"cICP", &[primaries?, transfer?, 0, 1])
    }
}

/// Names of alpha in AVIF and in HEIC (ISO/IEC 23000-22, section 7.3.5).
fn is_alpha(purpose: &str) -> bool {
    matches!(
        purpose,
        "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" | "urn:mpeg:hevc:2015:auxid:1"
    )
}
