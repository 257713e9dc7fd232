//! What the pages say, in the languages that people of a tenant may have.

use std::sync::LazyLock;

use actix_web::{
    HttpRequest,
    http::header::{AcceptLanguage, Header, Preference},
};
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// Language tag and messages; the first is the one for everybody else.
const LANGUAGES: [(&str, &str); 7] = [
    ("en", include_str!("../../locales/en.ftl")),
    ("de", include_str!("../../locales/de.ftl")),
    ("es", include_str!("../../locales/es.ftl")),
    ("fr", include_str!("../../locales/fr.ftl")),
    ("it", include_str!("../../locales/it.ftl")),
    ("ja", include_str!("../../locales/ja.ftl")),
    ("pt", include_str!("../../locales/pt.ftl")),
];

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<Bundle>> = LazyLock::new(|| {
    let bundles = LANGUAGES.iter().map(|(tag, messages)| {
        let language: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut bundle = Bundle::new_concurrent(vec![language]);
        // Without marks around values: they stand in elements of their own, or are numbers and addresses.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new((*messages).to_owned());
        bundle.add_resource_overriding(resource.unwrap_or_else(|(resource, _)| resource));
        bundle
    });
    bundles.collect()
});

/// The texts of one language.
#[derive(Clone, Copy)]
pub(super) struct Texts {
    tag: &'static str,
    bundle: Option<&'static Bundle>,
}

impl Texts {
    /// The language that a browser prefers among ours.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let asked = AcceptLanguage::parse(request).map(|header| header.ranked());
        let languages = asked.unwrap_or_default().into_iter().filter_map(|preference| {
            let Preference::Specific(tag) = preference else {
                return None;
            };
            Self::called(tag.primary_language())
        });
        languages.into_iter().next().unwrap_or_else(Self::standard)
    }

    fn called(tag: &str) -> Option<Self> {
        let all = LANGUAGES.iter().zip(BUNDLES.iter());
        all.map(|((known, _), bundle)| (*known, bundle))
            .find(|(known, _)| known.eq_ignore_ascii_case(tag))
            .map(|(tag, bundle)| Self {
                tag,
                bundle: Some(bundle),
            })
    }

    fn standard() -> Self {
        Self {
            tag: "en",
            bundle: BUNDLES.first(),
        }
    }

    /// The language, as HTML names it.
    pub(super) const fn tag(&self) -> &'static str {
        self.tag
    }

    /// A message without values.
    pub(super) fn say(&self, message: &str) -> String {
        self.tell(message, &FluentArgs::new())
    }

    /// A message with one value.
    pub(super) fn say_with(&self, message: &str, name: &'static str, value: impl Into<String>) -> String {
        let mut values = FluentArgs::new();
        values.set(name, value.into());
        self.tell(message, &values)
    }

    fn tell(&self, message: &str, values: &FluentArgs<'_>) -> String {
        let pattern = self
            .bundle
            .and_then(|bundle| Some((bundle, bundle.get_message(message)?.value()?)));
        pattern.map_or_else(String::new, |(bundle, pattern)| {
            let mut errors = Vec::new();
            bundle
                .format_pattern(pattern, Some(values), &mut errors)
                .into_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::test::TestRequest;

    use super::*;

    /// Every message with the values it names, read from the text, so that a language cannot lack what is said here.
    fn messages(text: &str) -> Vec<(String, BTreeSet<String>)> {
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        lines
            .map(|line| {
                let (name, said) = line.split_once(" = ").expect("a message a line");
                let values = said
                    .split("{ $")
                    .skip(1)
                    .map(|rest| rest.split(' ').next().unwrap().to_owned());
                assert!(!said.trim().is_empty(), "{name} says nothing");
                (name.to_owned(), values.collect())
            })
            .collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_values() {
        let (_, english) = LANGUAGES[0];
        for (tag, text) in LANGUAGES {
            assert_eq!(messages(text), messages(english), "{tag}");
            let texts = Texts::called(tag).unwrap();
            for (message, values) in messages(text) {
                let mut given = FluentArgs::new();
                for value in &values {
                    given.set(value.clone(), "VALUE");
                }
                let told = texts.tell(&message, &given);
                assert_eq!(
                    told.matches("VALUE").count(),
                    values.len(),
                    "{tag} {message}: {told}"
                );
                assert!(!told.contains('{'), "{tag} {message}: {told}");
            }
        }
    }

    #[test]
    fn the_browser_chooses_the_language() {
        for (asked, tag) in [
            (None, "en"),
            (Some("de"), "de"),
            (Some("pt-BR, en;q=0.5"), "pt"),
            (Some("nl, fr;q=0.8, de;q=0.9"), "de"),
            (Some("en-AU"), "en"),
            (Some("*"), "en"),
            (Some("zh"), "en"),
        ] {
            let mut request = TestRequest::default();
            if let Some(asked) = asked {
                request = request.insert_header(("accept-language", asked.as_bytes()));
            }
            assert_eq!(Texts::of(&request.to_http_request()).tag(), tag, "{asked:?}");
        }
    }
}
