//! Files: one a mail.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use innkeeper_domain::ports::{Clock, Handover, Letter, MailFault, Mailer};
use url::Url;

use super::LOG_TARGET;
use crate::{
    compose::{Composed, compose},
    sender::Sender,
};

/// Writes each mail to `MESSAGE_ID.eml`. A reader sees the whole file or none, and nobody but its owner does.
pub(crate) struct Folder {
    path: PathBuf,
    sender: Sender,
    public_url: Url,
    clock: Arc<dyn Clock>,
    written: AtomicU64,
}

impl Folder {
    pub(crate) fn new(
        path: PathBuf,
        sender: Sender,
        public_url: Url,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        fs::create_dir_all(&path)?;
        Ok(Self {
            path,
            sender,
            public_url,
            clock,
            written: AtomicU64::new(0),
        })
    }

    /// A mail that is written twice, at once or one after the other, is there once.
    fn write(&self, mail: &Composed) -> io::Result<()> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let unfinished = self
            .path
            .join(format!(".{}.{}-{number}.tmp", mail.id, process::id()));
        let finished = self.path.join(format!("{}.eml", mail.id));
        let written = write_through(&unfinished, mail.raw()).and_then(|()| fs::rename(&unfinished, finished));
        if written.is_err() {
            // It may never have come to be.
            drop(fs::remove_file(&unfinished));
        }
        written?;
        File::open(&self.path)?.sync_all()
    }
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl Mailer for Folder {
    fn send(&self, letter: &Letter) -> Result<Handover, MailFault> {
        let mail = compose(letter, &self.sender, &self.public_url, self.clock.now())?;
        match self.write(&mail) {
            Ok(()) => Ok(Handover::Sent),
            Err(error) => {
                tracing::warn!(target: LOG_TARGET, { mail.id = %mail.id, %error }, "a mail could not be written");
                // A full disk is mended sooner or later, and so is a missing folder.
                Err(MailFault::Unreachable)
            }
        }
    }
}
