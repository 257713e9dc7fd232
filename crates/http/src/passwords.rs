//! Passwords: hashed by Argon2id, judged by how easily they are guessed.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use innkeeper_domain::{
    onboarding::{Password, PasswordHash},
    ports::{NotHashed, Passwords},
};
use zxcvbn::{Score, feedback::Warning, zxcvbn};

/// Kibibytes of memory, passes and lanes: what OWASP advises for Argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// The fewest letters and digits of a password beside words that its person would think of first.
const FEWEST_OF_THEIR_OWN: usize = 5;
/// What nobody's password is compared with, where there is none. Its cost is [`COST`], and a test makes sure of that.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBvd24gc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Argon2id with the costs that OWASP advises.
#[derive(Debug)]
pub struct Argon2Passwords {
    argon2: Argon2<'static>,
}

impl Argon2Passwords {
    /// Ready to hash.
    ///
    /// # Errors
    ///
    /// [`NotHashed`] if the costs are not possible, which they are.
    pub fn new() -> Result<Self, NotHashed> {
        let (memory, passes, lanes) = COST;
        let params = Params::new(memory, passes, lanes, None).ok().ok_or(NotHashed)?;
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
        })
    }
}

impl Passwords for Argon2Passwords {
    fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<PasswordHash, NotHashed> {
        let hash = self
            .argon2
            .hash_password_with_salt(password.reveal().as_bytes(), &salt)
            .ok()
            .ok_or(NotHashed)?;
        PasswordHash::parse(hash.to_string()).ok().ok_or(NotHashed)
    }

    fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> bool {
        let stored = hash.map_or(NOBODYS, PasswordHash::as_str);
        let fits = self
            .argon2
            .verify_password(password.reveal().as_bytes(), stored)
            .is_ok();
        fits && hash.is_some()
    }

    fn weakness(&self, password: &Password, about: &[String]) -> Option<&'static str> {
        // Words of a name or an address are thought of one by one.
        let words: Vec<&str> = about
            .iter()
            .flat_map(|text| {
                let parts = text.split(|c: char| !c.is_alphanumeric());
                std::iter::once(text.as_str()).chain(parts.filter(|part| part.chars().count() > 2))
            })
            .collect();
        if is_made_of(password.reveal(), &words) {
            return Some("is too easy to guess: it is made of your name, your address or the property");
        }
        let judged = zxcvbn(password.reveal(), &words);
        if judged.score() >= Score::Three {
            return None;
        }
        let warning = judged.feedback().and_then(zxcvbn::feedback::Feedback::warning);
        Some(warning.map_or("is too easy to guess; another word or two would help", why))
    }
}

/// Whether there is next to nothing beside these words, whatever their order.
fn is_made_of(password: &str, words: &[&str]) -> bool {
    let mut words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = password.to_lowercase();
    let rest = words
        .iter()
        .fold(whole.clone(), |rest, word| rest.replace(word.as_str(), " "));
    rest != whole && rest.chars().filter(|c| c.is_alphanumeric()).count() < FEWEST_OF_THEIR_OWN
}

/// What is wrong, as a predicate that helps.
fn why(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            "is too easy to guess: it follows the rows of a keyboard"
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "is too easy to guess: it repeats itself"
        }
        Warning::SequencesLikeAbcAreEasyToGuess => "is too easy to guess: it counts or spells the alphabet",
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => {
            "is too easy to guess: dates are tried early"
        }
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => "is too easy to guess: many people use it",
        Warning::AWordByItselfIsEasyToGuess => "is too easy to guess: it is a single word",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => "is too easy to guess: it is a name",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str) -> Password {
        Password::chosen(text).unwrap()
    }

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let passwords = Argon2Passwords::new().unwrap();
        let hash = passwords
            .hash(&chosen("stapler battery correct"), [7; 16])
            .unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let again = passwords
            .hash(&chosen("stapler battery correct"), [8; 16])
            .unwrap();
        assert_ne!(hash.as_str(), again.as_str(), "the salt counts");
        for (shown, fits) in [
            ("stapler battery correct", true),
            ("stapler battery correct ", false),
            ("Stapler battery correct", false),
        ] {
            let shown = Password::shown(shown).unwrap();
            assert_eq!(passwords.verify(&shown, Some(&hash)), fits);
        }
        let hash_as_password = Password::shown(hash.as_str()).unwrap();
        assert!(!passwords.verify(&hash_as_password, Some(&hash)));
    }

    /// It must parse, or comparing with nobody's password would cost nothing.
    #[test]
    fn nobodys_password_costs_what_others_cost_and_is_never_right() {
        let passwords = Argon2Passwords::new().unwrap();
        let real = passwords
            .hash(&chosen("stapler battery correct"), [7; 16])
            .unwrap();
        let cost = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
        assert_eq!(cost(NOBODYS), cost(real.as_str()));
        assert_eq!(NOBODYS.len(), real.as_str().len());
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODYS).is_ok());
        assert!(!passwords.verify(&chosen("stapler battery correct"), None));
    }

    #[test]
    fn easy_passwords_are_refused_with_a_reason_and_good_ones_taken() {
        let passwords = Argon2Passwords::new().unwrap();
        let about = [
            "zoe.lindqvist@seaside-hotel.example".to_owned(),
            "Zoe Lindqvist".to_owned(),
            "Villa Aurelia Lakefront".to_owned(),
        ];
        for (text, reason) in [
            ("qwertyuiop", true),
            ("password123", true),
            ("aaaaaaaaaaaa", true),
            ("1234567890", true),
            ("lindqvistzoe", true),
            ("Zoe-Lindqvist-2024", true),
            ("zoezoezoezoe", true),
            ("zoe likes the quiet harbour", false),
            ("villaaurelia", true),
            ("zoe.lindqvist@seaside-hotel.example", true),
            ("stapler battery correct", false),
            ("mYx7-pelican-soup", false),
        ] {
            let told = passwords.weakness(&chosen(text), &about);
            assert_eq!(told.is_some(), reason, "{text}: {told:?}");
            assert!(told.is_none_or(|told| told.starts_with("is too easy to guess")));
        }
    }
}
