//! HEIF files, put together item by item.

/// A box.
pub(crate) fn block(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(8 + data.len()).expect("short");
    [&length.to_be_bytes(), kind.as_slice(), data].concat()
}

/// A box that begins with version and flags.
pub(crate) fn full(kind: &[u8; 4], version: u8, flags: u8, data: &[u8]) -> Vec<u8> {
    block(kind, &[&[version, 0, 0, flags], data].concat())
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

/// How large a picture is.
pub(crate) fn ispe(width: u32, height: u32) -> Vec<u8> {
    full(b"ispe", 0, 0, &words(&[width, height]))
}

/// What an auxiliary picture is for.
pub(crate) fn purpose(name: &str) -> Vec<u8> {
    full(b"auxC", 0, 0, &[name.as_bytes(), b"\0"].concat())
}

/// How colours are coded: primaries, transfer, matrix, full range.
pub(crate) fn coding(primaries: u16, transfer: u16, matrix: u16) -> Vec<u8> {
    let numbers = [primaries, transfer, matrix].map(u16::to_be_bytes);
    block(
        b"colr",
        &[b"nclx", numbers.concat().as_slice(), &[0x80]].concat(),
    )
}

/// The part that is left of a picture: width, height, and how far its middle is off.
pub(crate) fn aperture(size: (u32, u32), off: (i32, i32)) -> Vec<u8> {
    let [x, y] = [off.0, off.1].map(|n| u32::from_be_bytes(n.to_be_bytes()));
    block(b"clap", &words(&[size.0, 1, size.1, 1, x, 1, y, 1]))
}

/// A grid of tiles that makes a picture of this size.
pub(crate) fn grid(down: u8, across: u8, (width, height): (u16, u16)) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [&[0, 0, down - 1, across - 1], sides.as_slice()].concat()
}

/// One item; its number is its place, from 1.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) kind: [u8; 4],
    pub(crate) data: Vec<u8>,
    /// Boxes, and whether each is essential.
    pub(crate) properties: Vec<(bool, Vec<u8>)>,
}

/// A file whose first item is the main picture.
#[derive(Default)]
pub(crate) struct File {
    pub(crate) items: Vec<Item>,
    /// Kind, from, to.
    pub(crate) references: Vec<([u8; 4], u16, Vec<u16>)>,
    /// Whatever else, behind the tables.
    pub(crate) boxes: Vec<u8>,
}

impl File {
    pub(crate) fn bytes(&self, brand: &[u8; 4]) -> Vec<u8> {
        let head = block(
            b"ftyp",
            &[brand.as_slice(), &[0; 4], b"mif1", brand].concat(),
        );
        // Once to learn where the data will lie.
        let length = head.len() + self.tables(0).len() + self.boxes.len() + 8;
        let data: Vec<u8> = self
            .items
            .iter()
            .flat_map(|item| item.data.clone())
            .collect();
        [
            head,
            self.tables(length),
            self.boxes.clone(),
            block(b"mdat", &data),
        ]
        .concat()
    }

    fn tables(&self, mut at: usize) -> Vec<u8> {
        let count = u16::try_from(self.items.len()).expect("few").to_be_bytes();
        let (mut infos, mut places) = (count.to_vec(), [&[0x44, 0], count.as_slice()].concat());
        let (mut properties, mut owned) = (Vec::new(), words(&[self.items.len() as u32]));
        let mut number = 0_u8;
        for (id, item) in (1_u16..).zip(&self.items) {
            let id = id.to_be_bytes();
            infos.extend(full(
                b"infe",
                2,
                0,
                &[&id, &[0, 0], item.kind.as_slice(), b"\0"].concat(),
            ));
            places.extend([&id[..], &[0, 0, 0, 1]].concat());
            places.extend(words(&[at as u32, item.data.len() as u32]));
            at += item.data.len();
            owned.extend([&id[..], &[item.properties.len() as u8]].concat());
            for (essential, property) in &item.properties {
                number += 1;
                owned.push(number | if *essential { 0x80 } else { 0 });
                properties.extend_from_slice(property);
            }
        }
        let references = self.references.iter().flat_map(|(kind, from, to)| {
            let count = u16::try_from(to.len()).expect("few");
            let numbers = [*from, count].into_iter().chain(to.iter().copied());
            block(
                kind,
                &numbers.flat_map(u16::to_be_bytes).collect::<Vec<_>>(),
            )
        });
        let described = [block(b"ipco", &properties), full(b"ipma", 0, 0, &owned)].concat();
        let tables = [
            full(b"hdlr", 0, 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            full(b"pitm", 0, 0, &[0, 1]),
            full(b"iloc", 0, 0, &places),
            full(b"iinf", 0, 0, &infos),
            full(b"iref", 0, 0, &references.collect::<Vec<_>>()),
            block(b"iprp", &described),
        ];
        full(b"meta", 0, 0, &tables.concat())
    }
}

/// The one picture of a file that another program made, 32 x 24 pixels, as an item.
pub(crate) fn picture(file: &[u8]) -> Item {
    let find = |kind: &[u8; 4]| {
        let at = file
            .windows(4)
            .position(|four| four == kind)
            .expect("a box");
        let length = u32::from_be_bytes(file[at - 4..at].try_into().expect("four")) as usize;
        (at - 4, at - 4 + length)
    };
    let ((start, end), (settings, settings_end)) = (find(b"mdat"), find(b"av1C"));
    Item {
        kind: *b"av01",
        data: file[start + 8..end].to_vec(),
        properties: vec![
            (false, ispe(32, 24)),
            (true, file[settings..settings_end].to_vec()),
        ],
    }
}
