//! Slow channels keep nobody waiting but those who ask them.

use std::thread;

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::TestApp;

on_each_backend!(slow_channels_hold_no_place_of_anybody_else);

/// How many may wait for a channel at a time.
const AT_ONCE: u32 = 16;

fn slow_channels_hold_no_place_of_anybody_else(backend: Backend) {
    // One read and one write at a time: an add that held either would stop everything.
    let app = TestApp::start_with(backend, |setup| setup.connections = 1);
    let ada = app.person("ada");
    let account = ada.connects(100);
    let asked = app.channels().asked();
    app.channels().hold();
    thread::scope(|scope| {
        let adds: Vec<_> = (0..AT_ONCE)
            .map(|number| {
                let ada = &ada;
                scope.spawn(move || ada.adds(number, "a good secret"))
            })
            .collect();
        app.channels()
            .wait_for(asked + usize::try_from(AT_ONCE).expect("a small number"));
        assert_eq!(ada.shows(&account, "").status, 200, "reads go on");
        assert_eq!(ada.refreshes(&account, "").status, 202, "writes go on");
        let late = ada.adds(AT_ONCE, "a good secret");
        assert_eq!(late.refusal(), "503 unavailable");
        assert!(late.header("retry-after").is_some());
        app.channels().let_go();
        for add in adds {
            add.join().expect("it does not panic").expect(201);
        }
    });
    ada.adds(AT_ONCE, "a good secret").expect(201);
}
