//! What people send to come in, checked field by field; all findings are told at once.

use innkeeper_domain::{
    onboarding::Password,
    people::FullName,
    values::{Email, FieldError, Invalid, Problem},
};
use zeroize::Zeroizing;

/// A field as it was sent.
#[derive(Default)]
pub(crate) enum Given {
    /// Not at all, or empty.
    #[default]
    Nothing,
    /// A text.
    Text(Zeroizing<String>),
    /// Something that is no text.
    Wrong,
}

impl Given {
    fn text(&self) -> Result<&str, Problem> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Ok(text),
            Self::Nothing | Self::Text(_) => Err(Problem::Blank),
            Self::Wrong => Err(Problem::Invalid),
        }
    }
}

/// Findings, gathered.
#[derive(Default)]
struct Findings(Vec<FieldError>);

impl Findings {
    fn take<T>(&mut self, field: &'static str, found: Result<T, Problem>) -> Option<T> {
        match found {
            Ok(value) => Some(value),
            Err(problem) => {
                self.0.push(FieldError { field, problem });
                None
            }
        }
    }
}

/// A contradiction in a form: a fault of ours, told as a wrong body.
fn contradiction() -> Invalid {
    Invalid::field("body", Problem::Invalid)
}

/// A password that was chosen by whoever follows a link.
pub(crate) struct Chosen {
    pub(crate) token: Zeroizing<String>,
    pub(crate) name: Option<FullName>,
    pub(crate) password: Password,
}

impl Chosen {
    /// Checks what was sent; `named` is whether a name belongs to it.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with all wrong fields.
    pub(crate) fn read(mut field: impl FnMut(&'static str) -> Given, named: bool) -> Result<Self, Invalid> {
        let mut findings = Findings::default();
        let token = field("token");
        let token = findings.take("token", token.text().map(str::to_owned));
        let name = if named {
            let name = field("name");
            let name = name.text().and_then(|text| Ok(FullName::parse(text)?));
            findings.take("name", name).map(Some)
        } else {
            Some(None)
        };
        let (given, again) = (field("password"), field("password_confirmation"));
        let text = given.text();
        let password = match &text {
            Ok(text) => Password::chosen(text).map_err(Problem::from),
            Err(problem) => Err(problem.clone()),
        };
        let password = findings.take("password", password);
        let same = match (again.text(), &text) {
            (Ok(again), Ok(text)) if again != *text => Err(Problem::Refused {
                why: "does not match",
            }),
            (Ok(_), _) => Ok(()),
            (Err(problem), _) => Err(problem),
        };
        findings.take("password_confirmation", same);
        Invalid::none_of(findings.0)?;
        match (token, name, password) {
            (Some(token), Some(name), Some(password)) => Ok(Self {
                token: Zeroizing::new(token),
                name,
                password,
            }),
            _ => Err(contradiction()),
        }
    }
}

/// Somebody who shows a password.
pub(crate) struct SignIn {
    pub(crate) email: Email,
    pub(crate) password: Password,
    pub(crate) tenant: Option<String>,
}

impl SignIn {
    /// Checks what was sent.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with all wrong fields.
    pub(crate) fn read(mut field: impl FnMut(&'static str) -> Given) -> Result<Self, Invalid> {
        let mut findings = Findings::default();
        let email = findings.take("email", email(&field("email")));
        let password = field("password");
        let password = match &password {
            // White space is a password like any other.
            Given::Text(text) => Password::shown(text).map_err(Problem::from),
            Given::Nothing => Err(Problem::Blank),
            Given::Wrong => Err(Problem::Invalid),
        };
        let password = findings.take("password", password);
        let tenant = findings.take("tenant", tenant(&field("tenant")));
        Invalid::none_of(findings.0)?;
        match (email, password, tenant) {
            (Some(email), Some(password), Some(tenant)) => Ok(Self {
                email,
                password,
                tenant,
            }),
            _ => Err(contradiction()),
        }
    }

    /// Checks what was sent by somebody who forgot their password: the address, and the tenant.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with all wrong fields.
    pub(crate) fn forgotten(
        mut field: impl FnMut(&'static str) -> Given,
    ) -> Result<(Email, Option<String>), Invalid> {
        let mut findings = Findings::default();
        let email = findings.take("email", email(&field("email")));
        let tenant = findings.take("tenant", tenant(&field("tenant")));
        Invalid::none_of(findings.0)?;
        email.zip(tenant).ok_or_else(contradiction)
    }
}

fn email(given: &Given) -> Result<Email, Problem> {
    Ok(Email::parse(given.text()?)?)
}

/// The tenant may be left out; whether it must not is found out later.
fn tenant(given: &Given) -> Result<Option<String>, Problem> {
    match given.text() {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(Problem::Blank) => Ok(None),
        Err(problem) => Err(problem),
    }
}
