//! Mails as files.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use innkeeper_domain::ports::{Handover, MailFault, Mailer};
use innkeeper_mail::{Settings, TransportKind, mailer};

use crate::letters::{At, invitation, now, numbered, public_url};

fn folder(path: &Path) -> Arc<dyn Mailer> {
    let settings = Settings {
        transport: TransportKind::Folder(path.to_owned()),
        from: None,
        public_url: public_url(),
        reveal_links: false,
    };
    mailer(settings, Arc::new(At(now()))).unwrap()
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_mail_is_one_file_that_only_its_owner_reads() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("not/yet/there");
    let mails = folder(&path);
    assert_eq!(mails.send(&invitation()), Ok(Handover::Sent));
    let name = format!("{}.eml", invitation().message);
    assert_eq!(names(&path), [name.as_str()]);
    let file = path.join(name);
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let first = fs::read(&file).unwrap();
    assert!(first.starts_with(b"From: Innkeeper <innkeeper@innkeeper.invalid>\r\n"));
    // A repeat is the same file, and nothing is left beside it.
    assert_eq!(mails.send(&invitation()), Ok(Handover::Sent));
    assert_eq!(fs::read(&file).unwrap(), first);
    assert_eq!(names(&path).len(), 1);
    assert_eq!(mails.send(&numbered(1)), Ok(Handover::Sent));
    assert_eq!(names(&path).len(), 2);
}

#[test]
fn a_reader_never_sees_half_a_file() {
    let temporary = tempfile::tempdir().unwrap();
    let mails = folder(temporary.path());
    mails.send(&invitation()).unwrap();
    let file = temporary.path().join(format!("{}.eml", invitation().message));
    let whole = fs::read(&file).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..100 {
                    mails.send(&invitation()).unwrap();
                }
                done.store(true, Ordering::SeqCst);
            });
        }
        let mut looks = 0;
        while looks < 50 || !done.load(Ordering::SeqCst) {
            assert_eq!(fs::read(&file).unwrap(), whole);
            looks += 1;
        }
    });
    assert_eq!(names(temporary.path()).len(), 1);
}

#[test]
fn a_folder_that_is_gone_is_no_fault_of_the_mail() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("mails");
    let mails = folder(&path);
    fs::remove_dir(&path).unwrap();
    assert_eq!(mails.send(&invitation()), Err(MailFault::Unreachable));
    fs::create_dir(&path).unwrap();
    assert_eq!(mails.send(&invitation()), Ok(Handover::Sent));
}
