//! `manifest.csv`: photographs and the part of the data each belongs to.
//!
//! A table with a header. The column `split` says `train`, `val` or anything else; the
//! photograph is named by the column `photo` (what stands in the tiles' names) or `file`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Picture;
use super::source::Source;
use crate::error::TrainerError;

const NAME: &str = "manifest.csv";

/// `split` by the last part of a photograph's name.
pub(super) struct Manifest {
    path: PathBuf,
    rows: BTreeMap<String, String>,
}

/// What a manifest says of the photographs there are.
#[derive(Clone, Debug)]
pub(super) struct Splits {
    /// The manifest.
    pub(super) path: PathBuf,
    /// `(photograph, split)`; a photograph that the manifest does not know is not in it.
    pub(super) known: BTreeMap<String, String>,
}

impl Manifest {
    /// The named file, or the one among the pictures, or none.
    pub(super) fn find(
        named: Option<&Path>,
        source: &mut Source,
    ) -> Result<Option<Self>, TrainerError> {
        let (path, bytes) = match named {
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|source| TrainerError::File {
                    path: path.to_owned(),
                    source,
                })?;
                (path.to_owned(), bytes)
            }
            None => match source.read(NAME) {
                Ok(bytes) => (PathBuf::from(NAME), bytes),
                Err(_) => return Ok(None),
            },
        };
        let table = String::from_utf8_lossy(&bytes);
        match parse(&table) {
            Ok(rows) => Ok(Some(Self { path, rows })),
            Err(reason) => Err(TrainerError::Dataset { path, reason }),
        }
    }

    /// What it says of these pictures' photographs.
    pub(super) fn splits(self, pictures: &[Picture]) -> Splits {
        let known = pictures
            .iter()
            .filter_map(|picture| {
                let split = self.rows.get(own_name(picture.photograph()))?;
                Some((picture.photograph().to_owned(), split.clone()))
            })
            .collect();
        Splits {
            path: self.path,
            known,
        }
    }
}

fn parse(table: &str) -> Result<BTreeMap<String, String>, String> {
    let mut records = records(table).into_iter();
    let header = records.next().ok_or("the table is empty")?;
    let column = |name: &str| header.iter().position(|field| field.trim() == name);
    let split = column("split").ok_or("the table has no column `split`")?;
    let photo = column("photo")
        .or_else(|| column("file"))
        .ok_or("the table has neither a column `photo` nor a column `file`")?;
    let rows = records.filter_map(|record| {
        let split = record.get(split)?.trim().to_lowercase();
        Some((own_name(record.get(photo)?.trim()).to_owned(), split))
    });
    let rows: Vec<(String, String)> = rows.collect();
    // A photograph without an ending may have a point in its name, as in `IMG.2019`: what stands
    // in the table counts for more than what is left of it.
    let mut by_name = BTreeMap::new();
    for (name, split) in &rows {
        by_name.insert(without_ending(name).to_owned(), split.clone());
    }
    by_name.extend(rows);
    Ok(by_name)
}

/// The name without folders.
fn own_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// What stands before an ending such as a picture's.
fn without_ending(file: &str) -> &str {
    let picture_ending = |ending: &str| ending.len() <= 4 && !ending.is_empty();
    match file.rsplit_once('.') {
        Some((stem, ending)) if picture_ending(ending) => stem,
        _ => file,
    }
}

/// RFC 4180: fields in quotes may hold commas, line breaks and doubled quotes.
fn records(table: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = table.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                field.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !quoted => {}
            other => field.push(other),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_lines_are_understood() {
        let table = "photo,author,split\r\n7,\"A, \"\"B\"\"\nC\",Train\n8,D,val";
        let rows = parse(table).expect("a table");
        assert_eq!(rows["7"], "train");
        assert_eq!(rows["8"], "val");
        assert!(parse("photo,author\n").is_err());
        assert!(parse("").is_err());
    }

    #[test]
    fn files_are_known_with_and_without_ending() {
        let table = "file,split\na/b/Bridge.by.Sander.jpg,val\nval/117,train\n\
                     IMG.2019.jpg,val\nIMG.2020,train\nIMG,test\n";
        let rows = parse(table).expect("a table");
        for (photograph, split) in [
            ("Bridge.by.Sander", "val"),
            ("117", "train"),
            ("IMG.2019", "val"),
            ("IMG.2020", "train"),
            ("IMG", "test"),
        ] {
            assert_eq!(rows[photograph], split, "{photograph}");
        }
    }
}
