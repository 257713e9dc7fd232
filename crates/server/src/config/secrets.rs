//! The key that seals what has to be stored and must be read again.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value as Json;
use zeroize::Zeroizing;

use super::{
    Database, Place,
    reader::{MASK, Reader, Shown},
};
use crate::key_file;

/// The secrets.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    /// The master key, if it is set; else it is in a file beside the database.
    pub(crate) master_key: Option<KeyBytes>,
}

/// The bytes of a key. They are wiped when dropped and never shown.
#[derive(Clone)]
pub(crate) struct KeyBytes(Zeroizing<[u8; 32]>);

impl Secrets {
    pub(super) fn read(reader: &mut Reader, database: &Database) -> Self {
        let key = "secrets.master_key";
        let problems = reader.problems();
        let master_key = reader.read_optional(key, |raw| {
            KeyBytes::from_base64(raw.text()?).ok_or_else(|| {
                "must be 32 bytes in base64, as `openssl rand -base64 32` makes them".to_owned()
            })
        });
        match &database.place {
            Place::Server(_) if master_key.is_none() && reader.problems() == problems => reader.problem(
                key,
                "must be set for PostgreSQL: 32 bytes in base64, as `openssl rand -base64 32` makes them",
            ),
            Place::File(path) if master_key.is_none() => {
                let beside = format!("in the file {}", key_file::beside(path).display());
                reader.show_instead(key, Json::from(beside));
            }
            Place::Server(_) | Place::File(_) => {}
        }
        Self { master_key }
    }
}

impl KeyBytes {
    pub(crate) const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// Reads a key; `None` if the text is anything else.
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return None;
        }
        key.copy_from_slice(&bytes);
        Some(Self(key))
    }

    /// The key as text.
    pub(crate) fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_slice()))
    }

    /// The bytes, for the one who seals.
    pub(crate) fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyBytes(..)")
    }
}

impl Shown for KeyBytes {
    fn shown(&self) -> Json {
        Json::from(MASK)
    }
}
