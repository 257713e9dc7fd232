//! Other people's programs, which `scripts/reference-tools` installs beside what was built.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use innkeeper_test_support::ChildProcess;

/// What the tests give to these programs: configuration, and programs of their own.
pub(super) fn given(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reference")
        .join(name)
}

/// The installed tools.
pub(super) struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Finds them.
    ///
    /// # Panics
    ///
    /// If they are not there.
    #[track_caller]
    pub(super) fn find() -> Self {
        let built = env::current_exe().expect("a test has an executable");
        let folders = built.ancestors().map(|folder| folder.join("reference-tools"));
        let folder = folders
            .into_iter()
            .find(|folder| folder.join("installed").is_file());
        Self {
            folder: folder
                .expect("the tools that test the reference are not installed: run scripts/reference-tools"),
        }
    }

    /// A program of the Python tools, in a folder of the test.
    pub(super) fn python(&self, program: &str, place: &Path) -> Command {
        self.command(self.folder.join("python/bin").join(program), place)
    }

    /// A program of the TypeScript tools, in a folder of the test.
    pub(super) fn node(&self, program: &str, place: &Path) -> Command {
        self.command(self.modules().join(".bin").join(program), place)
    }

    /// The libraries that TypeScript programs import.
    pub(super) fn modules(&self) -> PathBuf {
        self.folder.join("node_modules")
    }

    /// A program that sees nothing of whoever runs the tests but where programs are, and leaves nothing elsewhere.
    pub(super) fn command(&self, program: impl AsRef<OsStr>, place: &Path) -> Command {
        let usual = env::var_os("PATH").unwrap_or_default();
        let python = self.folder.join("python/bin");
        let path = env::join_paths([python].into_iter().chain(env::split_paths(&usual)));
        let mut command = Command::new(program);
        command
            .current_dir(place)
            .env_clear()
            .env("PATH", path.expect("a search path"))
            .env("HOME", place)
            .env("LANG", "C.UTF-8")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// Runs a program to its end; its status and all that it said.
pub(super) fn run(command: &mut Command, within: Duration) -> (bool, String) {
    let mut process = ChildProcess::spawn(command);
    let status = process.wait(within);
    (status.success(), process.output())
}

/// Runs a program that must succeed; all that it said.
#[track_caller]
pub(super) fn succeeds(command: &mut Command, within: Duration) -> String {
    let (succeeded, output) = run(command, within);
    assert!(succeeded, "{command:?} failed:\n{output}");
    output
}
