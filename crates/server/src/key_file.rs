//! The master key in a file beside a SQLite database.

use std::{
    fs::{self, DirBuilder, Permissions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::config::KeyBytes;

const OURS_ALONE: u32 = 0o600;
const OTHERS: u32 = 0o077;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// Others may read it.
    #[error(
        "the key file {path} is open to other users of this machine; run: chmod 600 {path}",
        path = path.display()
    )]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error("the key file {path} cannot be read ({error}); see to its owner and permissions", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It holds something else.
    #[error("the key file {path} does not hold 32 bytes in base64; restore it from a backup", path = path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// The database is there without it.
    #[error(
        "the database {database} is there, but its key file {path} is not; restore the file, or set \
         INNKEEPER_SECRETS__MASTER_KEY to the key the database was made with",
        database = database.display(),
        path = path.display()
    )]
    Lost {
        /// The database.
        database: PathBuf,
        /// The file.
        path: PathBuf,
    },
    /// It cannot be made.
    #[error(
        "cannot make the key file {path} ({error}); make its directory writable, or set \
         INNKEEPER_DATABASE__URL to a database elsewhere",
        path = path.display()
    )]
    NotMade {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// The key file of a database: its name with `.key` at the end, so that no two databases share one.
pub(crate) fn beside(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".key");
    PathBuf::from(path)
}

/// The key of a database that is there, or `None` if there is no key file.
pub(crate) fn read(database: &Path) -> Result<Option<KeyBytes>, KeyFileError> {
    let path = beside(database);
    let unreadable = |error| KeyFileError::Unreadable {
        path: path.clone(),
        error,
    };
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        // With a file where a directory should be there is no key either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    };
    if metadata.permissions().mode() & OTHERS != 0 {
        return Err(KeyFileError::Open { path });
    }
    let text = Zeroizing::new(fs::read(&path).map_err(unreadable)?);
    let key = std::str::from_utf8(&text).ok().and_then(KeyBytes::from_base64);
    key.map(Some).ok_or(KeyFileError::Malformed { path })
}

/// The key of a database. The key of a new database is made from `fresh` bits; the one of an old database never is,
/// since what it sealed could not be read with another.
pub(crate) fn read_or_make(
    database: &Path,
    fresh: impl FnOnce() -> KeyBytes,
) -> Result<KeyBytes, KeyFileError> {
    // Asked first: who makes both makes the key first, so a database without a key is not just being made.
    let is_old = fs::metadata(database).is_ok_and(|metadata| metadata.len() > 0);
    if let Some(key) = read(database)? {
        return Ok(key);
    }
    let path = beside(database);
    if is_old {
        return Err(KeyFileError::Lost {
            database: database.to_owned(),
            path,
        });
    }
    let key = fresh();
    match make(&path, &key) {
        Ok(()) => {
            tracing::info!(key_file = %path.display(), "made the key file; back it up with the database");
            Ok(key)
        }
        // Somebody else was quicker; there is one key for both.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(database)?.ok_or(KeyFileError::NotMade { path, error })
        }
        Err(error) => Err(KeyFileError::NotMade { path, error }),
    }
}

/// Writes the file under another name and gives it its own when it is whole, unless that is taken.
fn make(path: &Path, key: &KeyBytes) -> Result<(), io::Error> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let mut file = tempfile::Builder::new()
        .prefix(".innkeeper-key-")
        .permissions(Permissions::from_mode(OURS_ALONE))
        .tempfile_in(directory)?;
    file.write_all(key.to_base64().as_bytes())?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> KeyBytes {
        KeyBytes::new(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn a_new_database_gets_a_key_of_its_own_once() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("deep/er/inn.db");
        let fresh = read_or_make(&database, || key(1)).unwrap();
        assert_eq!(fresh.reveal(), key(1).reveal());
        let again = read_or_make(&database, || key(2)).unwrap();
        assert_eq!(again.reveal(), key(1).reveal());

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&beside(&database)), 0o600);
        assert_eq!(mode(database.parent().unwrap()), 0o700);
        assert_eq!(
            fs::read_dir(database.parent().unwrap()).unwrap().count(),
            1,
            "nothing else is left"
        );
    }

    #[test]
    fn many_at_once_agree_on_one_key() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("new/inn.db");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let made: Vec<_> = (0..8)
                .map(|byte| {
                    scope.spawn({
                        let database = &database;
                        move || *read_or_make(database, || key(byte)).unwrap().reveal()
                    })
                })
                .collect();
            made.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|found| *found == keys[0]), "{keys:?}");
    }

    #[test]
    fn an_old_database_never_gets_a_new_key() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("inn.db");
        fs::write(&database, "").unwrap();
        assert!(
            read_or_make(&database, || key(1)).is_ok(),
            "an empty file is no database yet"
        );
        fs::remove_file(beside(&database)).unwrap();
        fs::write(&database, "rows").unwrap();
        let lost = read_or_make(&database, || key(1));
        assert!(matches!(lost, Err(KeyFileError::Lost { .. })), "{lost:?}");
        assert!(!beside(&database).exists());
    }

    #[test]
    fn a_key_file_that_others_can_read_or_that_holds_no_key_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("inn.db");
        let path = beside(&database);
        for mode in [0o640, 0o604, 0o660, 0o644, 0o610] {
            fs::write(&path, key(1).to_base64().as_bytes()).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert!(
                matches!(read(&database), Err(KeyFileError::Open { .. })),
                "{mode:o}"
            );
        }
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        for text in ["", "short", "AAAA", "\u{0}"] {
            fs::write(&path, text).unwrap();
            assert!(
                matches!(read(&database), Err(KeyFileError::Malformed { .. })),
                "{text}"
            );
        }
    }
}
