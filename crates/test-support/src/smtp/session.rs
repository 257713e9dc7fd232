//! One client: RFC 5321, as far as it is needed to take a mail, and RFC 3207 and 4954.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpStream,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::{
    behaviour::{Offer, Trouble},
    process::Shared,
    received::ReceivedMail,
    wire::Wire,
};

/// The longest line, with its end, and the longest mail.
const LONGEST_LINE: usize = 1_000;
const LONGEST_MAIL: usize = 1 << 20;

struct Session<'s> {
    wire: BufReader<Wire>,
    number: usize,
    shared: &'s Shared,
    login: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

/// What comes after an answer.
enum Next {
    Go,
    Encrypt,
    HangUp,
}

pub(super) fn serve(stream: TcpStream, number: usize, shared: &Shared) -> io::Result<()> {
    let mut wire = Wire::Plain(stream);
    if shared.offer == Offer::Tls {
        wire = wire.encrypt(&shared.tls);
    }
    let mut session = Session {
        wire: BufReader::new(wire),
        number,
        shared,
        login: None,
        from: None,
        to: Vec::new(),
    };
    if shared
        .meets(|trouble| *trouble == Trouble::CloseAtGreeting)
        .is_some()
    {
        session.wire.get_ref().cut();
        return Ok(());
    }
    if shared
        .meets(|trouble| *trouble == Trouble::RefuseAtGreeting)
        .is_some()
    {
        session.say("554 5.3.2 no mail here")?;
        return Ok(());
    }
    session.say("220 localhost ESMTP")?;
    while let Some(line) = session.line()? {
        match session.command(&line)? {
            Next::Go => {}
            Next::Encrypt => {
                // What came before the handshake is forgotten, and so is what was said unencrypted.
                let Session { wire, .. } = session;
                session = Session {
                    wire: BufReader::new(wire.into_inner().encrypt(&shared.tls)),
                    number,
                    shared,
                    login: None,
                    from: None,
                    to: Vec::new(),
                };
            }
            Next::HangUp => {
                session.wire.get_ref().cut();
                return Ok(());
            }
        }
    }
    Ok(())
}

impl Session<'_> {
    fn command(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let verb = verb.to_ascii_uppercase();
        if verb == "AUTH" {
            let mechanism = rest.split(' ').next().unwrap_or_default();
            self.shared.note(self.number, &format!("AUTH {mechanism} ***"));
        } else {
            self.shared.note(self.number, line);
        }
        match verb.as_str() {
            "EHLO" => self.hello()?,
            "HELO" => self.say("250 localhost")?,
            "STARTTLS" if self.shared.offer == Offer::StartTls && !self.is_encrypted() => {
                self.say("220 2.0.0 go ahead")?;
                return Ok(Next::Encrypt);
            }
            "AUTH" => self.authenticate(rest)?,
            "MAIL" => return self.sender(rest),
            "RCPT" => self.recipient(rest)?,
            "DATA" => return self.data(),
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                self.say("250 2.0.0 forgotten")?;
            }
            "NOOP" => self.say("250 2.0.0 yes")?,
            "QUIT" => {
                self.say("221 2.0.0 bye")?;
                return Ok(Next::HangUp);
            }
            _ => self.say("500 5.5.1 what")?,
        }
        Ok(Next::Go)
    }

    fn is_encrypted(&self) -> bool {
        self.wire.get_ref().is_encrypted()
    }

    fn hello(&mut self) -> io::Result<()> {
        let mut lines = vec!["localhost", "8BITMIME", "ENHANCEDSTATUSCODES"];
        let hides = self.shared.offer == Offer::StartTls && !self.is_encrypted();
        if hides {
            lines.push("STARTTLS");
        }
        if self.shared.login.is_some() && !hides {
            lines.push("AUTH PLAIN LOGIN");
        }
        let last = lines.len() - 1;
        for (place, line) in lines.into_iter().enumerate() {
            let dash = if place == last { ' ' } else { '-' };
            self.say(&format!("250{dash}{line}"))?;
        }
        Ok(())
    }

    fn authenticate(&mut self, rest: &str) -> io::Result<()> {
        let (mechanism, first) = rest.split_once(' ').unwrap_or((rest, ""));
        let (user, password) = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let text = if first.is_empty() {
                    self.ask("334 ")?
                } else {
                    decoded(first)
                };
                let mut parts = text.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            "LOGIN" => {
                let user = self.ask(&format!("334 {}", BASE64.encode("Username:")))?;
                let password = self.ask(&format!("334 {}", BASE64.encode("Password:")))?;
                (user, password)
            }
            _ => return self.say("504 5.5.4 no such mechanism"),
        };
        let login = self.shared.login.as_ref();
        if login.is_some_and(|login| login.user == user && login.password == password) {
            self.login = Some(user);
            self.say("235 2.7.0 welcome")
        } else {
            self.say("535 5.7.8 wrong name or password")
        }
    }

    fn ask(&mut self, question: &str) -> io::Result<String> {
        self.say(question)?;
        Ok(decoded(&self.line()?.unwrap_or_default()))
    }

    fn sender(&mut self, rest: &str) -> io::Result<Next> {
        let refuses = |trouble: &Trouble| matches!(trouble, Trouble::RefuseSender | Trouble::Later);
        if self.shared.offer == Offer::StartTls && !self.is_encrypted() {
            self.say("530 5.7.0 encrypt first")?;
        } else if self.shared.login.is_some() && self.login.is_none() {
            self.say("530 5.7.0 log in first")?;
        } else if let Some(trouble) = self.shared.meets(refuses) {
            if trouble == Trouble::Later {
                self.say("421 4.3.2 closing for a while")?;
                return Ok(Next::HangUp);
            }
            self.say("550 5.7.1 not from you")?;
        } else {
            self.from = Some(address(rest));
            self.to.clear();
            self.say("250 2.1.0 fine")?;
        }
        Ok(Next::Go)
    }

    fn recipient(&mut self, rest: &str) -> io::Result<()> {
        let recipient = address(rest);
        if self.from.is_none() {
            return self.say("503 5.5.1 who sends");
        }
        let is_new = self.shared.is_new(&recipient);
        let met = self.shared.meets(|trouble| match trouble {
            Trouble::RefuseRecipient | Trouble::RefuseRelaying => true,
            Trouble::RefuseRecipientsWith(text) => recipient.contains(text.as_str()),
            Trouble::Greylist => is_new,
            _ => false,
        });
        match met {
            Some(Trouble::Greylist) => self.say("451 4.7.1 greylisted, try again later"),
            Some(Trouble::RefuseRelaying) => self.say("554 5.7.1 relay access denied"),
            Some(_) => self.say("550 5.1.1 no such mailbox"),
            None => {
                self.to.push(recipient);
                self.say("250 2.1.5 fine")
            }
        }
    }

    fn data(&mut self) -> io::Result<Next> {
        let Some(from) = self.from.take().filter(|_| !self.to.is_empty()) else {
            self.say("503 5.5.1 who sends to whom")?;
            return Ok(Next::Go);
        };
        self.say("354 end with a lone dot")?;
        let to = std::mem::take(&mut self.to);
        let raw = match self.content()? {
            Ok(raw) => raw,
            Err(complaint) => {
                self.say(complaint)?;
                return Ok(Next::HangUp);
            }
        };
        let met = self.shared.meets(|trouble| {
            matches!(
                trouble,
                Trouble::RefuseMail | Trouble::Delay(_) | Trouble::DropBeforeAnswer
            )
        });
        if met == Some(Trouble::RefuseMail) {
            self.say("554 5.6.0 not this mail")?;
            return Ok(Next::Go);
        }
        self.shared.keep(ReceivedMail {
            connection: self.number,
            encrypted: self.is_encrypted(),
            login: self.login.clone(),
            from,
            to,
            raw,
        });
        match met {
            Some(Trouble::Delay(span)) => self.shared.linger(span),
            Some(Trouble::DropBeforeAnswer) => return Ok(Next::HangUp),
            _ => {}
        }
        self.say("250 2.0.0 taken")?;
        Ok(Next::Go)
    }

    /// The mail up to the lone dot, or what is wrong with it.
    fn content(&mut self) -> io::Result<Result<Vec<u8>, &'static str>> {
        let mut raw = Vec::new();
        let mut complaint = None;
        loop {
            let mut line = Vec::new();
            if self.wire.read_until(b'\n', &mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                return Ok(complaint.map_or(Ok(raw), Err));
            }
            let stripped = line.strip_suffix(b"\r\n");
            if stripped.is_none_or(|text| text.contains(&b'\r')) {
                complaint = Some("550 5.6.11 a bare line end");
            }
            if line.len() > LONGEST_LINE || raw.len() > LONGEST_MAIL {
                complaint = Some("550 5.6.0 too long");
            }
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = self.wire.read_until(b'\n', &mut line)?;
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        Ok((read > 0).then_some(text))
    }

    fn say(&mut self, answer: &str) -> io::Result<()> {
        let wire = self.wire.get_mut();
        wire.write_all(format!("{answer}\r\n").as_bytes())?;
        wire.flush()
    }
}

fn decoded(text: &str) -> String {
    let bytes = BASE64.decode(text.trim()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What stands between the angle brackets.
fn address(rest: &str) -> String {
    let inner = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}
