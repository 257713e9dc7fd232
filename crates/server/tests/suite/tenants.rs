//! Tenants and their applications.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Place, snapshot, stable};

const UNKNOWN: &str = "018f3e2c-7a00-7000-8000-000000000001";

on_each_backend!(
    a_tenant_comes_with_an_application,
    applications_are_created_and_changed,
    a_tenant_is_named_once_there_are_several,
);

fn a_tenant_comes_with_an_application(backend: Backend) {
    let place = Place::migrated(backend);
    snapshot!(stable(&place.line("tenant create --name acme").succeeded()), @r"
    tenant_id: [id]
    application_id: [id]
    client_id: [id]
    client_secret: inns_[secret]
    ");
    let json = place
        .run(["tenant", "create", "--name", "Acme Stays", "--json"])
        .succeeded();
    snapshot!(stable(&json), @r#"
    {
      "tenant_id": "[id]",
      "application_id": "[id]",
      "client_id": "[id]",
      "client_secret": "inns_[secret]"
    }
    "#);
    assert_eq!(
        place.line("tenant create --name acme").refused(),
        "a tenant of that name exists; choose another with --name"
    );
    let kept = place
        .database()
        .scalar("SELECT count(*) FROM audit_records WHERE actor_kind = 'operator'");
    assert_eq!(
        kept, "5",
        "each tenant, the first one too, and each application has its record"
    );
}

fn applications_are_created_and_changed(backend: Backend) {
    let place = Place::migrated(backend);
    let created = place
        .line("application create --scope property:read --user-scoped-only")
        .succeeded();
    snapshot!(stable(&created), @r"
    tenant_id: [id]
    application_id: [id]
    client_id: [id]
    client_secret: inns_[secret]
    scopes: property:read
    user_scoped_only: true
    ");
    let id = place
        .line("application create --tenant default")
        .value("application_id");
    let updated = place.line(&format!(
        "application update {id} --scope user:read --scope user:write --json"
    ));
    snapshot!(stable(&updated.succeeded()), @r#"
    {
      "tenant_id": "[id]",
      "application_id": "[id]",
      "client_id": "[id]",
      "scopes": [
        "user:read",
        "user:write"
      ],
      "user_scoped_only": false
    }
    "#);
    let updated = place.line(&format!("application update {id} --user-scoped-only"));
    assert_eq!(
        updated.value("scopes"),
        "user:read user:write",
        "what is not named stays"
    );
    let updated = place.line(&format!("application update {id} --any-token"));
    assert_eq!(updated.value("user_scoped_only"), "false");

    let rotate = format!("application rotate-secret {id}");
    let [first, second] = [(); 2].map(|()| place.line(&rotate).value("client_secret"));
    assert_ne!(first, second);
    for line in ["rotate-secret ID", "update ID --any-token"] {
        let line = format!("application {}", line.replace("ID", UNKNOWN));
        assert_eq!(
            place.line(&line).refused(),
            format!("there is no application `{UNKNOWN}`")
        );
    }
}

fn a_tenant_is_named_once_there_are_several(backend: Backend) {
    let place = Place::migrated(backend);
    place.line("user list").succeeded();
    let id = place.line("tenant create --name acme").value("tenant_id");
    assert_eq!(
        place.line("user list").refused(),
        "say which tenant is meant with --tenant; there are: default, acme"
    );
    assert_eq!(
        place.line("application create --tenant nobody").refused(),
        "there is no tenant `nobody`; there are: default, acme"
    );
    for tenant in ["acme", &id] {
        place.line(&format!("user list --tenant {tenant}")).succeeded();
    }
}
