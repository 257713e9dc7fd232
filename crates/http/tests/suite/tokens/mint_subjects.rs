//! `POST /o/token/`: in whose name a token speaks.

use innkeeper_domain::access::Permission;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    users_that_nobody_can_speak_for_get_one_answer,
    credentials_are_those_of_the_user,
    an_application_may_have_to_name_a_user,
);

fn users_that_nobody_can_speak_for_get_one_answer(backend: Backend) {
    let app = TestApp::start(backend);
    let home = app.home();
    let [ada, off, gone] = ["ada", "off", "gone"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let invited = ada.invites("new@example.test", "owner", &inn).expect(201);
    let invited = invited.text("/data/attributes/user_id");
    home.disables(&off.id);
    let path = format!("/api/v1/users/{}/", gone.id);
    app.application().delete(&path).expect(204);
    let foreigner = app.found("Rival").person("roy");
    assert_shows!(home.asks(&[("user_id", NOBODY)]), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {
      "error": "invalid_scope",
      "error_description": "The user or credential is not available to this application."
    }
    "#);
    let refused = home.asks(&[("user_id", NOBODY)]).fingerprint();
    for (case, user, credential) in [
        ("ill-formed", "me", None),
        ("empty", "", None),
        ("invited", &invited, None),
        ("disabled", &off.id, None),
        ("deleted", &gone.id, None),
        ("of another tenant", &foreigner.id, None),
        ("with a credential", NOBODY, Some(ada.credential.as_str())),
        ("disabled, with their credential", &off.id, Some(&off.credential)),
        ("another's credential", &ada.id, Some(&off.credential)),
        (
            "a credential of another tenant",
            &ada.id,
            Some(&foreigner.credential),
        ),
        ("an unknown credential", &ada.id, Some(NOBODY)),
        ("an ill-formed credential", &ada.id, Some("primary")),
        ("an empty credential", &ada.id, Some("")),
    ] {
        let mut fields = vec![("user_id", user)];
        fields.extend(credential.map(|credential| ("credential_id", credential)));
        assert_eq!(home.asks(&fields).fingerprint(), refused, "{case}");
    }
    let alone = home.asks(&[("credential_id", &ada.credential)]);
    assert_eq!(alone.fingerprint(), refused, "a credential without its user");
    // As soon as they can be spoken for again, they are.
    home.enables(&off.id);
    home.asks(&[("user_id", &off.id)]).expect(200);
}

fn credentials_are_those_of_the_user(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, ada) = (app.home(), app.person("ada"));
    let second = home.adds_credential(&ada.id, Permission::View);
    let bound = |fields: &[(&str, &str)]| {
        let mut all = vec![("user_id", ada.id.as_str())];
        all.extend_from_slice(fields);
        home.asks(&all).expect(200).text("/credential_id")
    };
    assert_eq!(bound(&[]), ada.credential, "the primary one, if none is named");
    assert_eq!(bound(&[("credential_id", &second)]), second);
    home.removes_credential(&ada.credential);
    assert_eq!(bound(&[]), second, "the oldest that is left");
    let removed = home.asks(&[("user_id", &ada.id), ("credential_id", &ada.credential)]);
    assert_eq!(removed.refusal(), "400 invalid_scope");
    home.removes_credential(&second);
    assert_eq!(home.asks(&[("user_id", &ada.id)]).refusal(), "400 invalid_scope");
}

fn an_application_may_have_to_name_a_user(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let strict = app.home().application("user:read property:read", true);
    assert_shows!(strict.asks(&[]), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {
      "error": "invalid_scope",
      "error_description": "This application must name a user_id."
    }
    "#);
    let speaks = strict.mints(&[("user_id", &ada.id)]);
    assert_eq!(speaks.get("/api/v1/users/").status, 200);
    // Turned on later, it ends the tokens that speak for the application alone.
    let later = app.home().application("user:read", false);
    let [alone, for_ada] = [later.caller(), later.mints(&[("user_id", &ada.id)])];
    later.is_changed(None, Some(true));
    assert_eq!(alone.get("/api/v1/users/").status, 401);
    assert_eq!(for_ada.get("/api/v1/users/").status, 200);
}
