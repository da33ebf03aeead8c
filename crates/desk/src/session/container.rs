//! The zip archive that a session file is. Whatever is in it, nothing panics and nothing is read
//! without a bound.

use std::io::{Cursor, Read};

use imaging::{Limits, Photo};
use zip::ZipArchive;

use super::error::SessionError;

/// The open archive.
pub(super) struct Archive<'a> {
    pub(super) zip: ZipArchive<Cursor<&'a [u8]>>,
    pub(super) name: &'a str,
}

impl<'a> Archive<'a> {
    /// Opens the bytes of a file of this name.
    pub(super) fn open(bytes: &'a [u8], name: &'a str) -> Result<Self, SessionError> {
        let ours = bytes.starts_with(b"PK");
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            let name = name.to_owned();
            if ours {
                let reason = error.to_string();
                SessionError::Damaged { name, reason }
            } else {
                SessionError::Foreign { name }
            }
        })?;
        Ok(Self { zip, name })
    }

    /// That a part of the session is damaged.
    pub(super) fn damaged(&self, reason: impl std::fmt::Display) -> SessionError {
        SessionError::Damaged {
            name: self.name.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// The bytes of an entry, if they can be read and are no more than `most`.
    pub(super) fn bytes(&mut self, entry: &str, most: u64) -> Option<Vec<u8>> {
        self.entry(entry, most).ok()
    }

    /// The bytes of a part of a picture.
    pub(super) fn part(&mut self, entry: &str) -> Option<Vec<u8>> {
        self.bytes(entry, Limits::default().max_alloc)
    }

    /// The picture of an entry.
    pub(super) fn photo(&mut self, entry: &str) -> Result<Photo, SessionError> {
        let bytes = self.entry(entry, Limits::default().max_alloc)?;
        let name = format!("{entry} in {}", self.name);
        Photo::decode(&bytes, &name).map_err(|error| self.damaged(error))
    }

    /// The bytes of an entry, which are no more than `most`.
    pub(super) fn entry(&mut self, entry: &str, most: u64) -> Result<Vec<u8>, SessionError> {
        let mut bytes = Vec::new();
        let read = match self.zip.by_name(entry) {
            Ok(file) => file
                .take(most.saturating_add(1))
                .read_to_end(&mut bytes)
                .map_err(|error| format!("{entry}: {error}")),
            Err(error) => Err(format!("{entry}: {error}")),
        };
        match read {
            Ok(length) if length as u64 > most => {
                Err(self.damaged(format!("{entry} is too large")))
            }
            Ok(_) => Ok(bytes),
            Err(reason) => Err(self.damaged(reason)),
        }
    }
}
