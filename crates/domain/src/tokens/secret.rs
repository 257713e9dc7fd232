//! The text of a secret: how it is built, recognised without any look-up, and compared.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::ids::{Id, TenantId};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^22 is just over 2^128.
const WORD_CHARS: usize = 22;
const CHECK_CHARS: usize = 6;
const PREFIX_CHARS: usize = 5;
const TOTAL_CHARS: usize = PREFIX_CHARS + 3 * WORD_CHARS + CHECK_CHARS;

/// What a secret is for; each kind has its own prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// `innk_`: an API key.
    ApiKey,
    /// `innt_`: an access token.
    AccessToken,
    /// `inns_`: the secret of an application.
    ClientSecret,
    /// `inno_`: an on-boarding link.
    Onboarding,
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::ApiKey,
        Self::AccessToken,
        Self::ClientSecret,
        Self::Onboarding,
    ];

    /// How such a secret begins.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "innk_",
            Self::AccessToken => "innt_",
            Self::ClientSecret => "inns_",
            Self::Onboarding => "inno_",
        }
    }
}

/// 128 fresh random bits for a secret, made where the randomness is and handed in as a value. They are wiped when
/// dropped, and never print themselves: with the ids beside them they are the secret.
#[derive(Clone)]
pub struct SecretBits(Zeroizing<[u8; 16]>);

impl SecretBits {
    /// Takes bits of the operating system's generator.
    pub fn new(bits: [u8; 16]) -> Self {
        Self(Zeroizing::new(bits))
    }
}

impl fmt::Debug for SecretBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBits(..)")
    }
}

/// A text that is no secret of ours: it was refused without any look-up (C-67).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this service")]
pub struct Malformed;

/// A secret in the clear. It exists while it is issued or shown, is wiped when dropped, and never prints itself.
///
/// The text is a prefix, then the tenant's id, the record's id and 128 random bits in 22 base-62 characters each,
/// then six characters of checksum. Secret scanners may look for `inn[ktso]_[0-9A-Za-z]{72}`.
///
/// ```
/// use innkeeper_domain::tokens::{Secret, SecretBits, SecretKind};
/// # use innkeeper_domain::ids::{ApiKeyId, TenantId};
/// # let tenant = "018f3e2c-7a00-7000-8000-000000000001".parse::<TenantId>().unwrap();
/// # let key = "018f3e2c-7a00-7000-8000-000000000002".parse::<ApiKeyId>().unwrap();
/// let secret = Secret::issue(SecretKind::ApiKey, tenant, key, &SecretBits::new([7; 16]));
/// let shown = Secret::parse(secret.reveal())?;
/// assert_eq!(shown.record::<innkeeper_domain::ids::kinds::ApiKey>(), key);
/// assert!(secret.hash().matches(&shown));
/// assert_eq!(format!("{secret:?}"), "Secret(innk_..)");
/// # Ok::<(), innkeeper_domain::tokens::Malformed>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    kind: SecretKind,
    tenant: TenantId,
    record: Uuid,
    text: Zeroizing<String>,
}

impl Secret {
    /// How many characters every secret has, its prefix among them; behind that, each is a letter or a digit.
    pub const CHARS: usize = TOTAL_CHARS;

    /// Builds the secret of a record from 128 fresh random bits.
    pub fn issue<K>(kind: SecretKind, tenant: TenantId, record: Id<K>, bits: &SecretBits) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(TOTAL_CHARS));
        text.push_str(kind.prefix());
        for word in [
            tenant.uuid().as_u128(),
            record.uuid().as_u128(),
            u128::from_be_bytes(*bits.0),
        ] {
            push_base62(&mut text, word, WORD_CHARS);
        }
        let check = checksum(&text);
        push_base62(&mut text, check, CHECK_CHARS);
        Self {
            kind,
            tenant,
            record: record.uuid(),
            text,
        }
    }

    /// Reads a secret that was shown to us, without any look-up.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it was not issued in this form: length, prefix, alphabet and checksum are judged (C-67).
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() != TOTAL_CHARS || !text.is_ascii() {
            return Err(Malformed);
        }
        let kind = SecretKind::ALL
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
            .ok_or(Malformed)?;
        let (body, check) = text
            .split_at_checked(TOTAL_CHARS - CHECK_CHARS)
            .ok_or(Malformed)?;
        if from_base62(check)? != checksum(body) {
            return Err(Malformed);
        }
        let word = |n: usize| {
            let start = PREFIX_CHARS + n * WORD_CHARS;
            body.get(start..start + WORD_CHARS)
                .ok_or(Malformed)
                .and_then(from_base62)
        };
        let (tenant, record) = (Uuid::from_u128(word(0)?), Uuid::from_u128(word(1)?));
        // The random bits are kept as text; they are read only to judge their alphabet.
        word(2)?;
        Ok(Self {
            kind,
            tenant: Id::from_uuid(tenant),
            record,
            text: Zeroizing::new(text.to_owned()),
        })
    }

    /// What it is for.
    pub const fn kind(&self) -> SecretKind {
        self.kind
    }

    /// The tenant it belongs to.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The record it belongs to; the caller has looked at [`Self::kind`] and names the id's kind.
    pub const fn record<K>(&self) -> Id<K> {
        Id::from_uuid(self.record)
    }

    /// The text, for the one moment when it is handed out.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The last four characters, by which a person tells keys apart (C-66).
    pub fn last_four(&self) -> &str {
        self.text.get(TOTAL_CHARS - 4..).unwrap_or_default()
    }

    /// What is stored in its place.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.text.as_bytes()).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({}..)", self.kind.prefix())
    }
}

/// SHA-256 of a secret; the only form in which one is stored.
///
/// A plain hash is enough, since there are 128 random bits to guess.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// A hash as it was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the secret shown is the one stored, in constant time. The hash itself shown as a token is just
    /// another wrong text (D-31).
    pub fn matches(&self, shown: &Secret) -> bool {
        self.0.ct_eq(&shown.hash().0).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

fn checksum(body: &str) -> u128 {
    let digest = Sha256::digest(body.as_bytes());
    digest
        .iter()
        .take(4)
        .fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

fn push_base62(text: &mut String, mut word: u128, chars: usize) {
    let mut digits = Zeroizing::new([b'0'; WORD_CHARS]);
    for place in digits.iter_mut().take(chars).rev() {
        let digit = usize::try_from(word % 62).unwrap_or_default();
        *place = ALPHABET.get(digit).copied().unwrap_or(b'0');
        word /= 62;
    }
    text.extend(digits.iter().take(chars).copied().map(char::from));
}

fn from_base62(text: &str) -> Result<u128, Malformed> {
    text.bytes().try_fold(0_u128, |word, byte| {
        let digit = ALPHABET
            .iter()
            .position(|known| *known == byte)
            .ok_or(Malformed)?;
        let digit = u128::try_from(digit).ok().ok_or(Malformed)?;
        word.checked_mul(62)
            .and_then(|word| word.checked_add(digit))
            .ok_or(Malformed)
    })
}
