//! The browser sees what a person would see.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use innkeeper_test_support::browser::{Browser, Setup};

const PAGE: &str = "<!doctype html><title>Desk</title><form><label>Name <input id=name value=Ada></label></form>\
    <p id=said></p><script>document.getElementById('said').textContent = 'script ran'</script>";

/// Serves one page, whatever is asked for, and tells the languages asked for in a header of it.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4_096];
            let read = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let asked = request
                .lines()
                .find(|line| line.to_lowercase().starts_with("accept-language"));
            let page = format!("{PAGE}<p id=asked>{}</p>", asked.unwrap_or_default());
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
            drop(write!(
                stream,
                "{head}Content-Length: {}\r\n\r\n{page}",
                page.len()
            ));
        }
    });
    url
}

#[test]
fn a_page_is_read_filled_and_pictured() {
    let url = serve();
    let browser = Browser::start(Setup {
        languages: "de",
        ..Setup::default()
    });
    browser.open(&url);
    assert_eq!(browser.title(), "Desk");
    assert_eq!(browser.text("#said"), "script ran");
    assert!(browser.text("#asked").to_lowercase().contains("de"));
    browser.fill("#name", "Grace");
    assert_eq!(browser.value("#name"), "Grace");
    assert!(browser.has("form") && !browser.has("video"));
    assert_eq!(browser.script("return document.forms.length"), 1);
    browser.screenshot("desk");

    let plain = Browser::start(Setup {
        scripts: false,
        ..Setup::default()
    });
    plain.open(&url);
    assert_eq!(plain.text("#said"), "");
}
