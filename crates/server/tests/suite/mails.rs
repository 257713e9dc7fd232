//! Mails, from the request that causes them to the mail server, which is a real one.

use std::{fs, time::Duration};

use innkeeper_test_support::{
    Backend, ChildProcess, on_each_backend,
    smtp::{ReceivedMail, SmtpServer, Trouble},
};

use crate::harness::{Inviter, PATIENCE, Place, Server, mailing, messages, wait_for_messages};

on_each_backend!(
    an_invitation_arrives_and_carries_the_id_of_its_message,
    a_refused_recipient_is_a_dead_letter,
    what_waits_is_sent_by_whoever_starts_next,
);

fn an_invitation_arrives_and_carries_the_id_of_its_message(backend: Backend) {
    let smtp = SmtpServer::start();
    let place = mailing(backend, &smtp);
    let server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    inviter.invite(&server, "Finn@example.net");

    let mails = smtp.wait_for(1, PATIENCE);
    assert_eq!(mails[0].to, ["Finn@example.net"]);
    assert_eq!(mails[0].from, "inn@example.org");
    let link = mails[0].link().unwrap();
    let secret = link.strip_prefix(&format!("{}/onboarding/", server.url)).unwrap();
    assert!(secret.starts_with("inno_"), "{link}");
    let sent = wait_for_messages(&place, "sent", 1);
    let id = sent[0]["message_id"].as_str().unwrap();
    assert!(
        mails[0].message_id().starts_with(&format!("{id}@")),
        "{}",
        mails[0].message_id()
    );
    assert_eq!(
        (&sent[0]["kind"], &sent[0]["attempts"]),
        (&"invitation".into(), &1.into())
    );
    assert!(sent[0]["fault"].is_null() && !sent[0]["settled_at"].is_null());

    let (_, metrics) = server.answer("/metrics");
    assert!(
        metrics.contains("innkeeper_mails_total{outcome=\"sent\"} 1"),
        "{metrics}"
    );
    let said = server.end();
    assert!(said.contains("a mail was sent") && said.contains(id), "{said}");
    for secret in [secret, "Finn@", "finn@"] {
        assert!(!said.contains(secret), "{said}");
    }
    assert_eq!(smtp.mails().len(), 1);
}

fn a_refused_recipient_is_a_dead_letter(backend: Backend) {
    let smtp = SmtpServer::start();
    smtp.behave(&Trouble::RefuseRecipientsWith("nobody".to_owned()));
    let place = mailing(backend, &smtp);
    let server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    inviter.invite(&server, "nobody@example.net");
    inviter.invite(&server, "finn@example.net");

    let failed = wait_for_messages(&place, "failed", 1);
    assert_eq!(failed[0]["fault"], "recipient_refused");
    assert_eq!(failed[0]["attempts"], 1);
    let plain = place.line("mail list").succeeded();
    assert!(
        plain.contains("fault: recipient_refused") && !plain.contains('@'),
        "{plain}"
    );
    let mails = smtp.wait_for(1, PATIENCE);
    assert_eq!(mails[0].to, ["finn@example.net"], "it keeps nobody waiting");
    wait_for_messages(&place, "sent", 1);
    let (_, metrics) = server.answer("/metrics");
    assert!(
        metrics.contains("innkeeper_mails_total{outcome=\"failed\"} 1"),
        "{metrics}"
    );
    let said = server.end();
    let told = said
        .lines()
        .find(|line| line.contains("a mail was given up"))
        .unwrap();
    assert!(told.contains(failed[0]["message_id"].as_str().unwrap()), "{told}");
    assert!(!said.contains("nobody@"), "{said}");
}

fn what_waits_is_sent_by_whoever_starts_next(backend: Backend) {
    let smtp = SmtpServer::start();
    let place = mailing(backend, &smtp);
    let server = Server::start(&place, &["--no-workers"]);
    let inviter = Inviter::new(&place, &server);
    for n in 0..5 {
        inviter.invite(&server, &format!("guest{n}@example.net"));
    }
    assert_eq!(messages(&place, "pending").len(), 5);
    server.end();
    assert!(smtp.mails().is_empty(), "nobody sends here");
    let mut worker = ChildProcess::spawn(&mut place.command(["worker"]));
    smtp.wait_for(5, PATIENCE);
    wait_for_messages(&place, "sent", 5);
    worker.terminate();
    assert!(worker.wait(PATIENCE).success(), "{}", worker.output());
    assert_eq!(smtp.mails().len(), 5);
}

/// What a mail server may do to a mail that is taken at the second attempt, and how many copies it has seen then.
#[test]
fn a_mail_that_is_not_taken_at_once_is_sent_again() {
    let backend = Backend::Sqlite;
    for (trouble, fault, copies) in [
        (Trouble::Greylist, "try_later", 1),
        (Trouble::Later, "try_later", 1),
        (Trouble::CloseAtGreeting, "unreachable", 1),
        (Trouble::DropBeforeAnswer, "unreachable", 2),
    ] {
        let smtp = SmtpServer::start();
        let place = mailing(backend, &smtp);
        let server = Server::start(&place, &[]);
        let inviter = Inviter::new(&place, &server);
        if trouble == Trouble::Greylist {
            smtp.behave(&trouble);
        } else {
            smtp.behave_times(&trouble, 1);
        }
        inviter.invite(&server, "finn@example.net");
        let sent = wait_for_messages(&place, "sent", 1);
        assert_eq!(sent[0]["attempts"], 2, "{trouble:?}");
        let mails = smtp.mails();
        assert_eq!(mails.len(), copies, "{trouble:?}");
        let id = sent[0]["message_id"].as_str().unwrap();
        assert!(
            mails.iter().all(|mail| mail.message_id().starts_with(id)),
            "a repeat can be recognised"
        );
        let said = server.end();
        let told = said.lines().find(|line| line.contains("is tried again")).unwrap();
        assert!(told.contains(id) && told.contains(fault), "{trouble:?}: {told}");
    }
}

#[test]
fn a_mail_in_hand_is_finished_when_the_process_is_asked_to_end() {
    let smtp = SmtpServer::start();
    smtp.behave(&Trouble::Delay(Duration::from_secs(2)));
    let place = mailing(Backend::Sqlite, &smtp);
    let server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    inviter.invite(&server, "finn@example.net");
    smtp.wait_for_command("RCPT TO:<finn@example.net>", 1, PATIENCE);
    server.end();
    assert_eq!(messages(&place, "sent").len(), 1);
    assert_eq!(smtp.mails().len(), 1);
}

#[test]
fn mails_may_go_into_a_folder() {
    let place = Place::migrated(Backend::Sqlite).with("INNKEEPER_MAIL__TRANSPORT", "file:mails");
    let server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    for n in 0..3 {
        inviter.invite(&server, &format!("guest{n}@example.net"));
    }
    let sent = wait_for_messages(&place, "sent", 3);
    server.end();
    let files: Vec<_> = fs::read_dir(place.path("mails"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for message in sent {
        let id = message["message_id"].as_str().unwrap();
        let has_id = |path: &std::path::PathBuf| fs::read_to_string(path).unwrap().contains(id);
        assert_eq!(files.iter().filter(|path| has_id(path)).count(), 1, "{id}");
    }
    assert!(files.iter().all(|path| path.extension().unwrap() == "eml"));
}

#[test]
fn in_a_log_that_is_no_terminal_links_are_masked() {
    let place = Place::migrated(Backend::Sqlite);
    let server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    inviter.invite(&server, "finn@example.net");
    let logged = wait_for_messages(&place, "logged", 1);
    assert_eq!(logged[0]["attempts"], 1);
    assert_eq!(messages(&place, "sent").len(), 0);
    let said = server.end();
    assert!(said.contains("INNKEEPER_MAIL__TRANSPORT is `log`"), "{said}");
    assert!(said.contains("/onboarding/"), "{said}");
    let secret = regex::Regex::new("inno_[0-9A-Za-z]{20}").unwrap();
    assert!(!secret.is_match(&said) && !said.contains("finn@"), "{said}");
}

#[test]
fn two_processes_on_one_database_send_nothing_twice() {
    const MAILS: usize = 60;
    if !Backend::Postgres.enabled() {
        return;
    }
    let smtp = SmtpServer::start();
    // So that one process alone is not done before the other has looked.
    smtp.behave(&Trouble::Delay(Duration::from_millis(100)));
    let place = mailing(Backend::Postgres, &smtp);
    let server = Server::start(&place, &[]);
    let mut worker = ChildProcess::spawn(&mut place.command(["worker"]));
    worker.wait_for_line("workers: ", PATIENCE);
    let inviter = Inviter::new(&place, &server);
    for n in 0..MAILS {
        inviter.invite(&server, &format!("guest{n}@example.net"));
    }
    wait_for_messages(&place, "sent", MAILS);
    worker.terminate();
    assert!(worker.wait(PATIENCE).success(), "{}", worker.output());
    server.end();
    let mut ids: Vec<String> = smtp.mails().iter().map(ReceivedMail::message_id).collect();
    assert_eq!(ids.len(), MAILS);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), MAILS, "none twice");
    assert!(worker.output().contains("a mail was sent"), "both take part");
}

/// What a link begins with is configured, and taken from no request (D-40).
#[test]
fn links_begin_with_the_configured_url() {
    let smtp = SmtpServer::start();
    let place = mailing(Backend::Sqlite, &smtp);
    let server = Server::start(&place, &["--no-workers"]);
    let inviter = Inviter::new(&place, &server);
    inviter.invite(&server, "finn@example.net");
    let place = place.with("INNKEEPER_HTTP__PUBLIC_URL", "https://inn.example/app");
    let _worker = ChildProcess::spawn(&mut place.command(["worker"]));
    let link = smtp.wait_for(1, PATIENCE)[0].link().unwrap();
    assert!(
        link.starts_with("https://inn.example/app/onboarding/inno_"),
        "{link}"
    );
}
