//! A server that answers whatever a test wants, in the place of all channels.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A request as far as tests ask about it.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// Its first line.
    pub(crate) line: String,
}

/// Makes the bytes of an answer.
type Answers = dyn Fn(&Heard) -> Vec<u8> + Send + Sync;

/// Runs as long as the test does.
pub(crate) struct Server {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Server {
    pub(crate) fn answering(answers: impl Fn(&Heard) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::<Mutex<Vec<Heard>>>::default();
        let (answers, hearing): (Arc<Answers>, _) = (Arc::new(answers), Arc::clone(&heard));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, hearing) = (Arc::clone(&answers), Arc::clone(&hearing));
                thread::spawn(move || serve(stream, &*answers, &hearing));
            }
        });
        Self { url, heard }
    }

    /// The requests that there were.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answers: &Answers, hearing: &Mutex<Vec<Heard>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).is_err() || line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let length = lines
        .iter()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    if lines.is_empty() || reader.read_exact(&mut body).is_err() {
        return;
    }
    let heard = Heard {
        line: lines.remove(0),
    };
    hearing.lock().unwrap().push(heard.clone());
    // Whoever has heard enough hangs up.
    drop(stream.write_all(&answers(&heard)));
}

/// An answer with status 200, of this content type.
pub(crate) fn good(kind: &str, body: &[u8]) -> Vec<u8> {
    answer(&format!("200 OK\r\ncontent-type: {kind}"), body)
}

/// An answer with this status line and headers.
pub(crate) fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
