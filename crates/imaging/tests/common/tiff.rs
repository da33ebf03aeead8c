//! TIFF files of every kind, written for tests from tags and bytes.

/// A tag: its number, its kind, its values (of fractions, each number on its own).
pub(crate) type Tag = (u16, u16, Vec<u64>);

/// A page: tags, the bytes of its strips or tiles, and pages below it.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) tags: Vec<Tag>,
    pub(crate) parts: Vec<Vec<u8>>,
    pub(crate) below: Vec<Page>,
}

/// How a file counts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Form {
    /// The high byte first.
    pub(crate) motorola: bool,
    /// BigTIFF.
    pub(crate) wide: bool,
}

impl Form {
    pub(crate) fn put(self, value: u64, bytes: usize) -> Vec<u8> {
        if self.motorola {
            value.to_be_bytes()[8 - bytes..].to_vec()
        } else {
            value.to_le_bytes()[..bytes].to_vec()
        }
    }

    fn word(self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    /// The bytes of a file.
    pub(crate) fn file(self, pages: &[Page]) -> Vec<u8> {
        let mut out = if self.motorola {
            b"MM".to_vec()
        } else {
            b"II".to_vec()
        };
        out.extend(self.put(if self.wide { 43 } else { 42 }, 2));
        if self.wide {
            out.extend(self.put(8, 2));
            out.extend(self.put(0, 2));
        }
        let mut link = out.len();
        out.extend(self.put(0, self.word()));
        for page in pages {
            let (at, next) = self.page(&mut out, page);
            let word = self.put(at as u64, self.word());
            out[link..link + self.word()].copy_from_slice(&word);
            link = next;
        }
        out
    }

    /// Appends a page: where it is, and where its link to the next one is.
    fn page(self, out: &mut Vec<u8>, page: &Page) -> (usize, usize) {
        let below: Vec<u64> = page
            .below
            .iter()
            .map(|page| self.page(out, page).0 as u64)
            .collect();
        let mut tags = page.tags.clone();
        let tiled = tags.iter().any(|(tag, ..)| *tag == 322);
        let (offsets, lengths) = if tiled { (324, 325) } else { (273, 279) };
        let mut places = Vec::new();
        for part in &page.parts {
            places.push(out.len() as u64);
            out.extend(part);
        }
        let kind = if self.wide { 16 } else { 4 };
        if !places.is_empty() {
            let counts = page.parts.iter().map(|part| part.len() as u64).collect();
            tags.push((offsets, kind, places));
            tags.push((lengths, kind, counts));
        }
        if !below.is_empty() {
            tags.push((330, 4, below));
        }
        tags.sort();
        let mut entries = Vec::new();
        for (tag, kind, values) in tags {
            let (size, each) = match kind {
                1 | 2 | 7 => (1, 1),
                3 => (2, 1),
                16 => (8, 1),
                5 => (4, 2),
                _ => (4, 1),
            };
            let mut data: Vec<u8> = values.iter().flat_map(|v| self.put(*v, size)).collect();
            if data.len() > self.word() {
                let at = out.len() as u64;
                out.extend(&data);
                data = self.put(at, self.word());
            }
            data.resize(self.word(), 0);
            entries.extend(self.put(tag.into(), 2));
            entries.extend(self.put(kind.into(), 2));
            entries.extend(self.put(values.len() as u64 / each, self.word()));
            entries.extend(data);
        }
        let at = out.len();
        let size = if self.wide { 20 } else { 12 };
        let head = if self.wide { 8 } else { 2 };
        out.extend(self.put((entries.len() / size) as u64, head));
        out.extend(entries);
        let next = out.len();
        out.extend(self.put(0, self.word()));
        (at, next)
    }
}

/// A page of one strip with the usual tags; `tags` replace them.
pub(crate) fn page(
    (width, height): (usize, usize),
    bits: &[u64],
    photometric: u64,
    data: Vec<u8>,
    tags: &[Tag],
) -> Page {
    let mut all: Vec<Tag> = vec![
        (256, 4, vec![width as u64]),
        (257, 4, vec![height as u64]),
        (258, 3, bits.to_vec()),
        (259, 3, vec![1]),
        (262, 3, vec![photometric]),
        (277, 3, vec![bits.len() as u64]),
        (278, 4, vec![height as u64]),
    ];
    all.retain(|(tag, ..)| tags.iter().all(|(new, ..)| new != tag));
    all.extend(tags.iter().cloned());
    Page {
        tags: all,
        parts: vec![data],
        below: Vec::new(),
    }
}
