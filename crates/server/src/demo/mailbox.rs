//! The mails of the story. The server writes them as files, for the visitor to open.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// How long a mail may take.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The folder that the server puts mails into.
#[derive(Debug)]
pub(super) struct Mailbox {
    folder: PathBuf,
}

/// A mail that arrived.
#[derive(Debug)]
pub(super) struct Mail {
    /// Its file.
    pub(super) file: PathBuf,
    /// The last part of its link.
    pub(super) token: String,
}

impl Mailbox {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The mail with a link to an address, as soon as it is there.
    pub(super) fn wait_for(&self, email: &str) -> Result<Mail, String> {
        let begun = Instant::now();
        loop {
            match self.look_for(email) {
                Ok(Some(mail)) => return Ok(mail),
                Ok(None) if begun.elapsed() > PATIENCE => return Err(format!("no mail came for {email}")),
                Ok(None) => thread::sleep(LOOK_EVERY),
                Err(error) => return Err(format!("cannot read {}: {error}", self.folder.display())),
            }
        }
    }

    fn look_for(&self, email: &str) -> io::Result<Option<Mail>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let file = entry?.path();
            if let Some(token) = token_for(email, &file)? {
                return Ok(Some(Mail { file, token }));
            }
        }
        Ok(None)
    }
}

/// The token in the link of a mail, if it is a mail to that address.
fn token_for(email: &str, file: &Path) -> io::Result<Option<String>> {
    if file.extension().is_none_or(|extension| extension != "eml") {
        return Ok(None);
    }
    let mail = fs::read_to_string(file)?;
    let is_theirs = mail
        .lines()
        .any(|line| line.strip_prefix("To: ").is_some_and(|to| to.contains(email)));
    // Long lines of a mail are broken, and the break is marked.
    let text = mail.replace("=\r\n", "");
    let link = text.split("/onboarding/").nth(1).filter(|_| is_theirs);
    Ok(link.map(|rest| {
        let token = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_');
        token.collect()
    }))
}
