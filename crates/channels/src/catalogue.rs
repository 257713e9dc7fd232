//! The manifests, as they are built in.

use crate::manifest::{Manifest, Mistake};

/// Name and text of each manifest, by name.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/manifests.rs"));

/// All manifests, by slug.
///
/// # Errors
///
/// Every mistake in any of them.
pub(crate) fn manifests() -> Result<Vec<Manifest>, Vec<Mistake>> {
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for (file, text) in FILES {
        match Manifest::parse(file, text) {
            Ok(manifest) => read.push(manifest),
            Err(mistakes) => wrong.extend(mistakes),
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

/// The mistakes in a manifest, for those who write one; `file` is the name it would have.
///
/// # Errors
///
/// Each mistake, with file and line.
pub fn mistakes(file: &str, text: &str) -> Result<(), Vec<Mistake>> {
    Manifest::parse(file, text).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_manifest_is_valid() {
        let read = manifests().unwrap_or_else(|mistakes| {
            let told: Vec<_> = mistakes.iter().map(Mistake::to_string).collect();
            panic!("{}", told.join("\n"));
        });
        assert_eq!(read.len(), FILES.len());
        assert!(read.iter().filter(|manifest| manifest.streams.is_some()).count() >= 15);
    }
}
