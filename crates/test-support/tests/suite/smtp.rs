//! The SMTP server: that it is one, and that it does what it is told.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use innkeeper_test_support::smtp::{self, Behaviour, Login, SmtpServer, Trouble};

const SOON: Duration = Duration::from_secs(20);

/// Not a test: the server of the others, when this executable is started as one.
#[test]
#[ignore = "started by the tests that send mail"]
fn smtp_server_process() {
    smtp::serve_as_told();
}

/// Says the lines and collects the answers, the greeting first. What has many lines is answered once.
fn talk(server: &SmtpServer, lines: &[&str]) -> Vec<String> {
    let stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    let mut reader = BufReader::new(stream);
    let mut answers = vec![answer(&mut reader)];
    for line in lines {
        // To write may fail where the server has hung up.
        let written = reader.get_mut().write_all(format!("{line}\r\n").as_bytes());
        answers.push(written.map_or_else(|_| "end".to_owned(), |()| answer(&mut reader)));
    }
    answers
}

fn answer(reader: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return "end".to_owned();
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return line.trim_end().split(' ').next().unwrap().to_owned();
        }
    }
}

const MAIL: [&str; 5] = [
    "EHLO there",
    "MAIL FROM:<inn@example.com>",
    "RCPT TO:<ana@example.com>",
    "DATA",
    "Message-ID: <1@example.com>\r\nSubject: Hi\r\n\r\nhttps://inn.example/onboarding/inno_1\r\n..dot\r\n.",
];

#[test]
fn a_mail_is_taken_as_it_was_sent() {
    let server = SmtpServer::start();
    assert_eq!(talk(&server, &MAIL), ["220", "250", "250", "250", "354", "250"]);
    let mails = server.wait_for(1, SOON);
    assert_eq!(mails[0].message_id(), "1@example.com");
    assert_eq!(mails[0].subject(), "Hi");
    assert_eq!(mails[0].to, ["ana@example.com"]);
    assert_eq!(
        mails[0].link().as_deref(),
        Some("https://inn.example/onboarding/inno_1")
    );
    assert!(mails[0].text().contains("\n.dot"), "dots are unstuffed");
    assert_eq!(server.connections(), 1);
    assert_eq!(server.commands()[2], "1 RCPT TO:<ana@example.com>");
}

#[test]
fn it_behaves_as_it_is_told() {
    let server = SmtpServer::start();
    let cases = [
        (Trouble::RefuseRecipient, "220 250 250 550 503"),
        (
            Trouble::RefuseRecipientsWith("ana@".to_owned()),
            "220 250 250 550 503",
        ),
        (
            Trouble::RefuseRecipientsWith("eva@".to_owned()),
            "220 250 250 250 354",
        ),
        (Trouble::RefuseRelaying, "220 250 250 554 503"),
        (Trouble::RefuseSender, "220 250 550 503 503"),
        (Trouble::CloseAtGreeting, "end end end end end"),
        (Trouble::RefuseAtGreeting, "554 end end end end"),
        (Trouble::Later, "220 250 421 end end"),
        (Trouble::None, "220 250 250 250 354"),
    ];
    for (trouble, expected) in cases {
        server.behave_times(&trouble, 1);
        assert_eq!(talk(&server, &MAIL[..4]).join(" "), expected, "{trouble:?}");
    }
}

#[test]
fn who_does_not_log_in_sends_nothing() {
    let server = SmtpServer::start_with(Behaviour {
        login: Some(Login {
            user: "inn".to_owned(),
            password: "p:w/@".to_owned(),
        }),
        ..Behaviour::default()
    });
    let answers = talk(
        &server,
        &[
            "EHLO x",
            "MAIL FROM:<a@b.example>",
            "AUTH PLAIN AGlubgBub3Q=",
            "AUTH PLAIN AGlubgBwOncvQA==",
            "MAIL FROM:<a@b.example>",
        ],
    );
    assert_eq!(answers, ["220", "250", "530", "535", "235", "250"]);
    assert!(
        server.url().starts_with("smtp://inn:p%3Aw%2F%40@127.0.0.1:"),
        "{}",
        server.url()
    );
    assert!(!server.commands().join("\n").contains("AGlub"));
}
