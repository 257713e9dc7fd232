//! At most one process with workers on a SQLite file.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process,
};

use innkeeper_domain::time::Timestamp;

use crate::one_line::one_line;

/// The longest text that is read from the lock file, in bytes.
const LONGEST_TEXT: u64 = 200;

/// The lock on a file beside the database, which says that this process alone has workers on it. The system frees it
/// when the process ends, however that comes about.
#[derive(Debug)]
pub(crate) struct Sole {
    _file: File,
}

/// Why this process cannot be the only one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SoleError {
    /// Another is.
    #[error(
        "workers run on this database already, in {holder}; stop that process, or serve here with --no-workers"
    )]
    Taken {
        /// The other.
        holder: String,
    },
    /// The file cannot be made or locked.
    #[error("cannot lock {} ({error}); make its directory writable", path.display())]
    NotLocked {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Sole {
    /// Locks the file beside the database; beside the real one, whatever links lead there.
    pub(crate) fn on(database: &Path, now: Timestamp) -> Result<Self, SoleError> {
        let real = database.canonicalize();
        let mut path = real
            .unwrap_or_else(|_not_there| database.to_owned())
            .into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let not_locked = |error| SoleError::NotLocked {
            path: path.clone(),
            error,
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path);
        let mut file = file.map_err(not_locked)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(SoleError::Taken {
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(not_locked(error)),
        }
        write(&mut file, now).map_err(not_locked)?;
        Ok(Self { _file: file })
    }
}

fn write(file: &mut File, now: Timestamp) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "process {} since {now}", process::id())?;
    file.flush()
}

/// Whoever has it writes its name right after locking, so that it may be missing for a moment.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(LONGEST_TEXT).read_to_string(&mut text);
    match one_line(&text) {
        text if read.is_ok() && !text.is_empty() => text,
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_about_the_first_until_that_is_gone() {
        let place = tempfile::tempdir().unwrap();
        let database = place.path().join("innkeeper.db");
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let first = Sole::on(&database, now).unwrap();
        let refusal = Sole::on(&database, now).unwrap_err().to_string();
        let named = format!("process {} since 2023-11-14T22:13:20.000000Z", process::id());
        assert!(refusal.contains(&named), "{refusal}");
        drop(first);
        Sole::on(&database, now).unwrap();
    }

    #[test]
    fn a_link_to_the_database_leads_to_the_same_lock() {
        let place = tempfile::tempdir().unwrap();
        let [database, link] = ["innkeeper.db", "link.db"].map(|name| place.path().join(name));
        File::create(&database).unwrap();
        std::os::unix::fs::symlink(&database, &link).unwrap();
        let now = Timestamp::from_micros(0);
        let first = Sole::on(&database, now).unwrap();
        assert!(matches!(Sole::on(&link, now), Err(SoleError::Taken { .. })));
        drop(first);
        let second = Sole::on(&link, now).unwrap();
        assert!(matches!(Sole::on(&database, now), Err(SoleError::Taken { .. })));
        drop(second);
    }

    #[test]
    fn a_directory_that_is_not_there_is_told() {
        let refusal = Sole::on(Path::new("/nowhere/innkeeper.db"), Timestamp::from_micros(0)).unwrap_err();
        assert!(
            refusal
                .to_string()
                .starts_with("cannot lock /nowhere/innkeeper.db.lock (")
        );
    }
}
