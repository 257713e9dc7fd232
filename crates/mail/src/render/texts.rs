//! The texts of one locale.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use innkeeper_domain::{ports::MailFault, values::Locale};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../../locales/en.ftl");

/// The texts of one locale.
pub(crate) struct Texts {
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    pub(crate) fn of(locale: Locale) -> Result<Self, MailFault> {
        let language: LanguageIdentifier = locale.as_str().parse().ok().ok_or(MailFault::Uncomposable)?;
        let mut bundle = FluentBundle::new(vec![language]);
        // The marks would stand around addresses and links, where programs and people copy them along. What may run
        // from right to left is a title, and it stands alone at the end of its line.
        bundle.set_use_isolating(false);
        for source in sources(locale) {
            let resource = FluentResource::try_new((*source).to_owned())
                .ok()
                .ok_or(MailFault::Uncomposable)?;
            bundle.add_resource_overriding(resource);
        }
        Ok(Self { bundle })
    }

    /// A text without blanks to fill.
    pub(crate) fn plain(&self, key: &str) -> Result<String, MailFault> {
        self.with(key, &[])
    }

    /// A text with its blanks filled. A text that is missing, or has a blank that was not meant, is a fault: better
    /// no mail than half of one.
    pub(crate) fn with(&self, key: &str, blanks: &[(&str, &str)]) -> Result<String, MailFault> {
        let pattern = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value())
            .ok_or(MailFault::Uncomposable)?;
        let mut args = FluentArgs::new();
        for (name, value) in blanks {
            args.set(*name, *value);
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors);
        if errors.is_empty() {
            Ok(text.into_owned())
        } else {
            Err(MailFault::Uncomposable)
        }
    }
}

/// The files of a locale; later ones replace texts of earlier ones.
const fn sources(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::En => &[ENGLISH],
        Locale::EnGb => &[ENGLISH, include_str!("../../locales/en-GB.ftl")],
        Locale::EnAu => &[ENGLISH, include_str!("../../locales/en-AU.ftl")],
        Locale::EnCa => &[ENGLISH, include_str!("../../locales/en-CA.ftl")],
        Locale::Ja => &[include_str!("../../locales/ja.ftl")],
        Locale::Fr => &[include_str!("../../locales/fr.ftl")],
        Locale::Pt => &[include_str!("../../locales/pt.ftl")],
        Locale::De => &[include_str!("../../locales/de.ftl")],
        Locale::Es => &[include_str!("../../locales/es.ftl")],
        Locale::It => &[include_str!("../../locales/it.ftl")],
    }
}
