//! What the channels need from whoever runs the installation.

use std::{collections::BTreeMap, fmt};

use url::Url;
use zeroize::Zeroizing;

use super::{address, reader::Reader};

/// The channels.
#[derive(Clone)]
pub(crate) struct Channels {
    /// Where simulated channels stand; set, every channel is looked for there.
    pub(crate) sandbox_url: Option<Url>,
    /// Values that belong to the integrator rather than to an account: by channel, then by name.
    pub(crate) integrator: BTreeMap<String, BTreeMap<String, Zeroizing<String>>>,
}

impl Channels {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let sandbox_url = reader.read_optional("channels.sandbox_url", |raw| address::service(raw.text()?));
        let level = "channels.integrator";
        let mut integrator: BTreeMap<String, BTreeMap<_, _>> = BTreeMap::new();
        for (key, value) in reader.read_level(level) {
            match key.split_once('.') {
                Some((slug, name)) if !name.contains('.') => {
                    let values = integrator.entry(slug.to_owned()).or_default();
                    values.insert(name.to_owned(), Zeroizing::new(value));
                }
                _ => reader.problem(
                    &format!("{level}.{key}"),
                    "must name a channel and one value of it",
                ),
            }
        }
        Self {
            sandbox_url,
            integrator,
        }
    }
}

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let channels: Vec<&String> = self.integrator.keys().collect();
        f.debug_struct("Channels")
            .field("sandbox_url", &self.sandbox_url.as_ref().map(Url::as_str))
            .field("integrator", &channels)
            .finish()
    }
}
