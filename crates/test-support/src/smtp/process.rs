//! The process that is the server: it accepts clients, and answers the test that started it.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, io,
    net::{Shutdown, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use rustls::ServerConfig;

use super::{
    behaviour::{Login, Offer, Trouble},
    certificate,
    control::{self, put, take_text},
    received::ReceivedMail,
    session,
};

/// What all connections of the server share.
pub(super) struct Shared {
    pub(super) offer: Offer,
    pub(super) login: Option<Login>,
    pub(super) tls: Arc<ServerConfig>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    trouble: Trouble,
    /// How often it still happens; without end if none.
    times: Option<usize>,
    /// How often the behaviour was changed.
    changes: usize,
    connections: usize,
    commands: Vec<String>,
    mails: Vec<ReceivedMail>,
    known: BTreeSet<String>,
    open: BTreeMap<usize, TcpStream>,
}

/// Is the SMTP server, if this executable was started to be one; else does nothing.
///
/// # Panics
///
/// If the server cannot be set up.
pub fn serve_as_told() {
    let Ok(address) = env::var(control::ADDRESS) else {
        return;
    };
    let told = |name: &str| env::var(name).ok();
    let folder = told(control::FOLDER).expect("the folder of the certificates");
    let user = told(control::USER);
    let shared = Arc::new(Shared {
        offer: Offer::named(&told(control::OFFER).expect("the offer")),
        login: user.map(|user| Login {
            user,
            password: told(control::PASSWORD).unwrap_or_default(),
        }),
        tls: certificate::server_config(Path::new(&folder)),
        state: Mutex::default(),
        changed: Condvar::new(),
    });
    let clients = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = clients
        .local_addr()
        .expect("a bound listener has an address")
        .port();
    let mut test = TcpStream::connect(address).expect("the test waits for its server");
    put(&mut test, port.to_string().as_bytes()).expect("the test wants to know the port");
    let accepting = Arc::clone(&shared);
    thread::spawn(move || accept(&clients, &accepting));
    // It ends when the test does, however that ends.
    while let Ok(asked) = take_text(&mut test) {
        if shared.answer(&asked, &mut test).is_err() {
            break;
        }
    }
}

fn accept(clients: &TcpListener, shared: &Arc<Shared>) {
    for stream in clients.incoming().flatten() {
        let number = {
            let mut state = shared.lock();
            state.connections += 1;
            state.connections
        };
        let shared = Arc::clone(shared);
        let kept = stream.try_clone().expect("a connection can be shared");
        // How a client leaves is its own affair.
        thread::spawn(move || {
            shared.lock().open.insert(number, kept);
            drop(session::serve(stream, number, &shared));
            // What is shared must be cut: it does not end when one of its owners lets go.
            if let Some(kept) = shared.lock().open.remove(&number) {
                drop(kept.shutdown(Shutdown::Both));
            }
        });
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, asked: &str, test: &mut TcpStream) -> io::Result<()> {
        let (verb, rest) = asked.split_once(' ').unwrap_or((asked, ""));
        match verb {
            control::BEHAVE => {
                let (times, trouble) = rest.split_once(' ').expect("how often, and what");
                self.behave(times.parse().ok(), Trouble::of_line(trouble));
                put(test, b"done")
            }
            control::MAILS => {
                let mails = self.lock().mails.clone();
                put(test, mails.len().to_string().as_bytes())?;
                mails.iter().try_for_each(|mail| mail.put(test))
            }
            control::COMMANDS => {
                let commands = self.lock().commands.join("\n");
                put(test, commands.as_bytes())
            }
            control::HANG_UP => {
                let open = std::mem::take(&mut self.lock().open);
                for stream in open.into_values() {
                    // Its client may have left long ago.
                    drop(stream.shutdown(Shutdown::Both));
                }
                put(test, b"done")
            }
            control::CONNECTIONS => {
                let connections = self.lock().connections;
                put(test, connections.to_string().as_bytes())
            }
            unknown => panic!("nothing is called {unknown}"),
        }
    }

    fn behave(&self, times: Option<usize>, trouble: Trouble) {
        let mut state = self.lock();
        state.trouble = trouble;
        state.times = times;
        state.changes += 1;
        drop(state);
        self.changed.notify_all();
    }

    /// The trouble, if `here` is where it happens; it has then happened once more.
    pub(super) fn meets(&self, here: impl Fn(&Trouble) -> bool) -> Option<Trouble> {
        let mut state = self.lock();
        let met = Some(state.trouble.clone()).filter(here)?;
        if let Some(times) = &mut state.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                state.times = None;
                state.trouble = Trouble::None;
            }
        }
        Some(met)
    }

    /// Whether the recipient is named for the first time.
    pub(super) fn is_new(&self, recipient: &str) -> bool {
        self.lock().known.insert(recipient.to_ascii_lowercase())
    }

    /// Waits, but not beyond a change of behaviour.
    pub(super) fn linger(&self, span: Duration) {
        let state = self.lock();
        let before = state.changes;
        let waited = self
            .changed
            .wait_timeout_while(state, span, |state| state.changes == before);
        drop(waited);
    }

    pub(super) fn note(&self, connection: usize, line: &str) {
        self.lock().commands.push(format!("{connection} {line}"));
    }

    pub(super) fn keep(&self, mail: ReceivedMail) {
        self.lock().mails.push(mail);
    }
}
