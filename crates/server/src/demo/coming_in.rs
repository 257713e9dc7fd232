//! How an invited person comes in, and what the record tells of it all.

use reqwest::Method;
use serde_json::json;

use super::{
    mailbox::{Mail, Mailbox},
    narrator::{Broken, Narrator, Person},
    paint::{Ink, brief},
    story::{PROPERTY_USERS, invitation},
};

const PASSWORD: &str = "a lantern over the harbour";

/// Eve follows the link in her mail, sets a password and signs in.
pub(super) fn tell(n: &mut Narrator, mailbox: &Mailbox, tenant: &str, property: &str) -> Result<(), Broken> {
    n.step("Eve, whom nobody knew, gets a mail, and sets a password");
    let mail = n.or_broken(mailbox.wait_for("eve@example.com"))?;
    show(n, &mail);
    let body = json!({"user": {
        "token": mail.token, "name": "Eve Moss", "password": PASSWORD, "password_confirmation": PASSWORD,
    }});
    let confirm = (Method::POST, "/api/v1/confirm_invite");
    let done = n.ask_openly("Eve", confirm.clone(), &body, 200)?;
    n.notice(
        "whoever has the mailbox is who was invited",
        done.is("/meta/message", "Success"),
    )?;
    let again = n.ask_openly("Eve", confirm, &body, 422)?;
    n.notice("the link works once", again.has("/errors/details/token"))?;

    n.step("Eve signs in, and sees what she was invited to");
    let body = json!({"user": {"email": "eve@example.com", "password": PASSWORD, "tenant": tenant}});
    let session = n.ask_openly("Eve", (Method::POST, "/api/v1/sign_in"), &body, 200)?;
    let eve = Person {
        name: "Eve",
        token: n.text(&session, "/data/attributes/token")?,
    };
    let list = n.ask(&eve, (Method::GET, "/api/v1/properties"), None, 200)?;
    n.notice(
        "Casa Azul, and nothing else",
        list.is("/meta/total", 1) && list.is("/data/0/id", property),
    )
}

/// Ana invites somebody for the visitor to be. The link to come in.
pub(super) fn leave_a_door_open(
    n: &mut Narrator,
    ana: &Person,
    mailbox: &Mailbox,
    property: &str,
) -> Result<String, Broken> {
    n.step("Ana invites Gil: that could be you");
    let body = invitation(property, "gil@example.com", "user");
    let gil = n.ask(ana, (Method::POST, PROPERTY_USERS), Some(&body), 201)?;
    let id = n.text(&gil, "/data/id")?;
    let mail = n.or_broken(mailbox.wait_for("gil@example.com"))?;
    show(n, &mail);
    let path = format!("{PROPERTY_USERS}/{id}/onboarding");
    let onboarding = n.ask(ana, (Method::GET, &path), None, 200)?;
    n.notice(
        "Ana sees that his mail is out, and can send it again",
        onboarding.is("/data/attributes/state", "pending"),
    )?;
    Ok(format!("/onboarding/{}", mail.token))
}

fn show(n: &Narrator, mail: &Mail) {
    let paper = n.paper();
    let link = format!("{}/onboarding/{}", n.url(), mail.token);
    paper.line(&format!(
        "    {}",
        paper.ink(Ink::Faint, &mail.file.display().to_string())
    ));
    paper.line(&format!("    {}", paper.ink(Ink::Wire, &link)));
}

/// Ana reads who did what on her house.
pub(super) fn trail(n: &mut Narrator, ana: &Person, property: &str) -> Result<(), Broken> {
    n.step("Ana reads the record of her house");
    let path = format!("/api/v1/audit_records?filter[property_id]={property}");
    let record = n.ask(ana, (Method::GET, &path), None, 200)?;
    let paper = n.paper();
    let mut actions = Vec::new();
    // The newest comes first; a story is told the other way round.
    for entry in record.list("/data").iter().rev() {
        let at = n.text(entry, "/attributes/at")?;
        let action = n.text(entry, "/attributes/action")?;
        let actor = n.text(entry, "/attributes/actor/id")?;
        let about = n.text(entry, "/attributes/user_id").unwrap_or_default();
        let line = format!("{action:<24} by {}  about {}", brief(&actor), brief(&about));
        paper.line(&format!("    {}  {line}", paper.ink(Ink::Faint, &at)));
        actions.push(action);
    }
    let written = |action: &str| actions.iter().filter(|written| *written == action).count();
    n.notice(
        "each change is there once, and was written with the change",
        written("property.created") == 1
            && written("property_user.invited") == 6
            && written("property_user.updated") == 1
            && written("property_user.withdrawn") == 2,
    )
}
