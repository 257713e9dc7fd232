//! Credentials of accounts as one sealed document: the name of their set and their values, in JSON.
//!
//! Nothing that was opened stays behind in memory: what is built on the way is wiped as well.

use std::{collections::BTreeMap, fmt};

use innkeeper_domain::{
    accounts::{CredentialValue, Credentials},
    ids::{AccountId, TenantId, kinds},
    ports::StoreError,
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{SeqAccess, Visitor},
};
use zeroize::Zeroizing;

use crate::{
    rows::Cells,
    seal::{MasterKey, Place},
};

const TABLE: &str = "account_credentials";

#[derive(Serialize)]
struct Written<'c> {
    set: &'c str,
    values: BTreeMap<&'c str, WrittenValue<'c>>,
}

struct WrittenValue<'c>(&'c CredentialValue);

impl Serialize for WrittenValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            CredentialValue::Text(text) => serializer.serialize_str(text),
            CredentialValue::List(texts) => serializer.collect_seq(texts.iter().map(|text| text.as_str())),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    set: String,
    values: BTreeMap<String, ReadValue>,
}

struct ReadValue(CredentialValue);

/// One text of a list.
struct ReadText(Zeroizing<String>);

struct TextOrList;

impl<'de> Visitor<'de> for TextOrList {
    type Value = ReadValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ReadValue, E> {
        Ok(ReadValue(CredentialValue::Text(Zeroizing::new(text.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ReadValue, A::Error> {
        let mut texts = Vec::new();
        while let Some(ReadText(text)) = list.next_element()? {
            texts.push(text);
        }
        Ok(ReadValue(CredentialValue::List(texts)))
    }
}

impl<'de> Deserialize<'de> for ReadValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrList)
    }
}

impl<'de> Deserialize<'de> for ReadText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

fn place(tenant: TenantId, account: AccountId, generation: u64) -> Place {
    Place {
        table: TABLE,
        tenant,
        row: account.uuid(),
        version: Some(generation),
    }
}

/// Seals credentials for their account and its generation.
///
/// # Errors
///
/// [`StoreError::Failed`] without random bits.
pub(crate) fn seal_credentials(
    key: &MasterKey,
    (tenant, account, generation): (TenantId, AccountId, u32),
    credentials: &Credentials,
) -> Result<Vec<u8>, StoreError> {
    let written = Written {
        set: &credentials.set,
        values: credentials
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), WrittenValue(value)))
            .collect(),
    };
    let mut length = Length(0);
    serde_json::to_writer(&mut length, &written).map_err(StoreError::failed)?;
    // Of its full length at once: growing would leave a part behind.
    let mut document = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *document, &written).map_err(StoreError::failed)?;
    let place = place(tenant, account, u64::from(generation));
    key.seal(place, &document).map_err(StoreError::failed)
}

/// Opens credentials that were sealed for an account.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if they cannot be opened with this key, or are none.
pub(crate) fn open_credentials(
    key: &MasterKey,
    (tenant, account): (TenantId, AccountId),
    generation: i64,
    sealed: &[u8],
) -> Result<Credentials, StoreError> {
    let cells: Cells<kinds::Account> = Cells::of(TABLE, account);
    let generation = u64::from(cells.count("generation", generation)?);
    let document = cells.made("sealed", key.open(place(tenant, account, generation), sealed))?;
    let read: Read = cells.made("sealed", serde_json::from_slice(&document))?;
    Ok(Credentials {
        set: read.set,
        values: read
            .values
            .into_iter()
            .map(|(name, value)| (name, value.0))
            .collect(),
    })
}

/// Counts bytes instead of keeping them.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
