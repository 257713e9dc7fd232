//! The directory of the demo: fresh each time, and nobody else's.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, ErrorKind},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// The file by which a demo knows its own directory, locked while it runs.
const MARK: &str = ".innkeeper-demo";

/// A directory that this demo alone uses.
#[derive(Debug)]
pub(super) struct Ground {
    directory: PathBuf,
    _mark: File,
}

/// Why there is no ground to stand on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GroundError {
    /// It belongs to something else.
    #[error("{} was not made by an earlier demo (it holds no {MARK}); move it away, or run the demo elsewhere", .0.display())]
    NotOurs(PathBuf),
    /// Another demo stands on it.
    #[error("another demo is running in {}; stop it, or run this one in another directory", .0.display())]
    Taken(PathBuf),
    /// It cannot be made.
    #[error("cannot make {} ({error}); run the demo in a directory that you may write to", path.display())]
    NotMade {
        /// The directory.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Ground {
    /// Makes the directory; what an earlier demo left there is removed.
    pub(super) fn prepare(directory: &Path) -> Result<Self, GroundError> {
        let not_made = |error| GroundError::NotMade {
            path: directory.to_owned(),
            error,
        };
        match fs::symlink_metadata(directory) {
            Ok(found) if found.is_dir() => Self::clear(directory)?,
            Ok(_) => return Err(GroundError::NotOurs(directory.to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(directory)
                    .map_err(not_made)?;
            }
            Err(error) => return Err(not_made(error)),
        }
        let mark = File::create(directory.join(MARK)).map_err(not_made)?;
        lock(&mark, directory)?;
        Ok(Self {
            directory: directory.to_owned(),
            _mark: mark,
        })
    }

    /// Removes what an earlier demo left, but for the mark: it says whose directory this is even if we stop here.
    fn clear(directory: &Path) -> Result<(), GroundError> {
        let not_made = |error| GroundError::NotMade {
            path: directory.to_owned(),
            error,
        };
        let entries: Vec<_> = fs::read_dir(directory)
            .and_then(Iterator::collect)
            .map_err(not_made)?;
        if entries.is_empty() {
            return Ok(());
        }
        let mark = match File::open(directory.join(MARK)) {
            Ok(mark) => mark,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(GroundError::NotOurs(directory.to_owned()));
            }
            Err(error) => return Err(not_made(error)),
        };
        lock(&mark, directory)?;
        for entry in entries.into_iter().filter(|entry| entry.file_name() != MARK) {
            let is_directory = entry.file_type().map_err(not_made)?.is_dir();
            let path = entry.path();
            let removed = if is_directory {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
            removed.map_err(not_made)?;
        }
        Ok(())
    }

    /// The folder of the mails.
    pub(super) fn mails(&self) -> PathBuf {
        self.directory.join("mails")
    }

    /// The file of the database.
    pub(super) fn database(&self) -> PathBuf {
        self.directory.join("innkeeper.db")
    }
}

fn lock(mark: &File, directory: &Path) -> Result<(), GroundError> {
    match mark.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(GroundError::Taken(directory.to_owned())),
        Err(TryLockError::Error(error)) => Err(GroundError::NotMade {
            path: directory.to_owned(),
            error,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_directory_of_an_earlier_demo_is_replaced() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("data/demo");
        let ground = Ground::prepare(&directory).unwrap();
        let taken = Ground::prepare(&directory);
        assert!(matches!(taken, Err(GroundError::Taken(_))), "{taken:?}");
        fs::write(ground.database(), "rows").unwrap();
        fs::create_dir(directory.join("more")).unwrap();
        drop(ground);

        let ground = Ground::prepare(&directory).unwrap();
        assert!(!ground.database().exists() && !directory.join("more").exists());
        drop(ground);

        fs::remove_file(directory.join(MARK)).unwrap();
        fs::write(directory.join("diary.txt"), "dear diary").unwrap();
        let refused = Ground::prepare(&directory);
        assert!(matches!(refused, Err(GroundError::NotOurs(_))), "{refused:?}");
        assert!(directory.join("diary.txt").exists());
    }

    #[test]
    fn a_link_to_a_directory_is_not_followed() {
        let place = tempfile::tempdir().unwrap();
        let elsewhere = place.path().join("elsewhere");
        drop(Ground::prepare(&elsewhere).unwrap());
        let link = place.path().join("demo");
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        let refused = Ground::prepare(&link);
        assert!(matches!(refused, Err(GroundError::NotOurs(_))), "{refused:?}");
    }
}
