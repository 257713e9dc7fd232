//! Regular expressions for texts whose rules no keyword of a schema tells: they say what the domain says, and a test makes
//! sure of that. Written so that every dialect of them reads them alike.

use innkeeper_domain::{
    access::Scope,
    tokens::{Secret, SecretKind},
};

/// White space, as it is cut off at both ends.
const SPACE: &str = r"\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000";
const CONTROLS: &str = r"\u0000-\u001F\u007F-\u009F";
/// Controls, and what breaks lines or reorders them.
const FORGING: &str = r"\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069";
/// What shows nothing by itself.
const INVISIBLE: &str =
    r"\u00AD\u034F\u115F\u1160\u180B-\u180F\u200B-\u200D\u2060-\u2064\u3164\uFE00-\uFE0F\uFEFF\uFFA0";

/// A text with something to see in it, and nothing that forges what is around it.
pub(super) fn visible() -> String {
    visible_without("")
}

/// The same without some more characters.
pub(super) fn visible_without(more: &str) -> String {
    format!(
        "^[{SPACE}]*[^{FORGING}{more}]*[^{SPACE}{FORGING}{INVISIBLE}{more}][^{FORGING}{more}]*[{SPACE}]*$"
    )
}

/// A text that is not blank.
pub(crate) fn not_blank() -> String {
    format!("[^{SPACE}]")
}

/// A credential: not blank, and without control characters. Short, for it stands in hundreds of places: that some of
/// them count as white space at both ends, it keeps to itself.
pub(super) fn credential() -> String {
    format!(r"^[^{CONTROLS}]*[^\s{CONTROLS}][^{CONTROLS}]*$")
}

/// The same, or blank.
pub(super) fn credential_or_blank() -> String {
    format!("^[^{CONTROLS}]*$")
}

/// A secret of a kind.
pub(super) fn secret(kind: SecretKind) -> String {
    let rest = Secret::CHARS.saturating_sub(kind.prefix().len());
    format!("^{}[0-9A-Za-z]{{{rest}}}$", kind.prefix())
}

/// Scopes between spaces.
pub(super) fn scopes() -> String {
    let words = Scope::ALL.map(Scope::as_str).join("|");
    format!("^({words})( ({words}))*$")
}

#[cfg(test)]
mod tests {
    use innkeeper_domain::{
        ids::{ApiKeyId, TenantId},
        tokens::SecretBits,
        values::Title,
    };
    use serde_json::json;

    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        jsonschema::is_valid(&json!({"type": "string", "pattern": pattern}), &json!(text))
    }

    #[test]
    fn a_title_fits_its_pattern_or_is_none() {
        let pattern = visible();
        let odd = (0..=0x0300_u32).chain(0x1100..=0x1200).chain(0x1600..=0x2100);
        let odd = odd
            .chain(0x3000..=0x3200)
            .chain(0xfd00..=0xffff)
            .chain([0x1_f3e8]);
        let validator = jsonschema::validator_for(&json!({"pattern": pattern})).unwrap();
        for odd in odd.filter_map(char::from_u32) {
            for text in [
                odd.to_string(),
                format!("a{odd}b"),
                format!("{odd}a{odd}"),
                format!(" {odd}\u{ad} "),
            ] {
                assert_eq!(
                    validator.is_valid(&json!(text)),
                    Title::parse(&text).is_ok(),
                    "{text:?}"
                );
            }
        }
        for text in ["", " ", "\u{200b}", " Seaside  Hotel ", "a\nb"] {
            assert_eq!(fits(&pattern, text), Title::parse(text).is_ok(), "{text:?}");
        }
        assert!(!fits(&visible_without(","), "a, b"));
    }

    #[test]
    fn secrets_fit_the_pattern_of_their_kind_alone() {
        let tenant: TenantId = "018f3e2c-7a00-7000-8000-000000000001".parse().unwrap();
        let key: ApiKeyId = "018f3e2c-7a00-7000-8000-000000000002".parse().unwrap();
        for issued in SecretKind::ALL {
            let text = Secret::issue(issued, tenant, key, &SecretBits::new([7; 16]));
            for kind in SecretKind::ALL {
                assert_eq!(fits(&secret(kind), text.reveal()), kind == issued, "{kind:?}");
            }
            assert!(!fits(&secret(issued), &format!("{}x", text.reveal())));
        }
    }

    #[test]
    fn scopes_stand_between_single_spaces() {
        for (text, right) in [
            ("user:read", true),
            ("user:read property:write", true),
            ("", false),
            ("user:read,user:write", false),
            ("user:fly", false),
        ] {
            assert_eq!(fits(&scopes(), text), right, "{text:?}");
        }
    }
}
