//! A process that is killed again and again while it sends: no mail is lost, and none is sent twice but those that were
//! in hand at a kill.

use std::{collections::BTreeMap, time::Duration};

use innkeeper_test_support::{
    Backend, eventually, on_each_backend,
    smtp::{SmtpServer, Trouble},
};

use crate::harness::{Inviter, PATIENCE, Server, mailing, messages};

on_each_backend!(killed_at_any_moment_it_loses_no_mail);

/// After how many more lines of SMTP each kill comes: before the first mail, within one, between two.
const KILLS: [usize; 8] = [0, 7, 4, 9, 1, 5, 8, 3];
const MAILS_EACH: usize = 4;
/// How many mails a process has in hand at a time.
const SENDERS: usize = 2;
/// Longer than a lease.
const LEASE_AND_MORE: Duration = Duration::from_secs(110);

fn killed_at_any_moment_it_loses_no_mail(backend: Backend) {
    let smtp = SmtpServer::start();
    // Long enough that most kills meet a mail that was taken and is not settled.
    smtp.behave(&Trouble::Delay(Duration::from_millis(30)));
    let place = mailing(backend, &smtp);
    let mut server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    for (round, lines) in KILLS.into_iter().enumerate() {
        let seen = smtp.commands().len();
        for n in 0..MAILS_EACH {
            inviter.invite(&server, &format!("guest{round}x{n}@example.net"));
        }
        eventually(PATIENCE, "the moment of the kill", || {
            (smtp.commands().len() >= seen + lines).then_some(())
        });
        server.process.kill();
        server = Server::start(&place, &[]);
    }
    smtp.behave(&Trouble::None);
    let all = KILLS.len() * MAILS_EACH;
    let sent = eventually(LEASE_AND_MORE, "all mails", || {
        Some(messages(&place, "sent")).filter(|sent| sent.len() == all)
    });
    server.end();

    let mut copies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in smtp.mails() {
        assert_eq!(mail.to.len(), 1);
        copies
            .entry(mail.to[0].clone())
            .or_default()
            .push(mail.message_id());
    }
    assert_eq!(copies.len(), all, "everybody got a mail");
    let mut repeats = 0;
    for (to, ids) in &copies {
        assert!(ids.iter().all(|id| *id == ids[0]), "{to}: {ids:?}");
        repeats += ids.len() - 1;
    }
    assert!(repeats <= KILLS.len() * SENDERS, "{repeats} repeats");
    // What was sent twice was in hand at a kill: another process took it up again.
    let attempts: u64 = sent
        .iter()
        .map(|sent| sent["attempts"].as_u64().unwrap() - 1)
        .sum();
    assert!(
        attempts >= u64::try_from(repeats).unwrap(),
        "{attempts} {repeats}"
    );
    assert!(place.line("mail list").succeeded().contains("shown: 0"));
}
