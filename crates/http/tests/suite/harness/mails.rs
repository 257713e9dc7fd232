//! Mails that wait, and what stands in them.

use std::time::Duration;

use innkeeper_domain::{
    access::Actor,
    effects::{AuditAction, Contents, MailLimits, MessageKind, MessageState, RequestId},
    ids::{PropertyId, TenantId},
    ports::Postbox,
    record::{Attempt, AttemptTarget, Merged},
    usecases::{LinkSettings, answer_link_requests},
};

use super::TestApp;

impl TestApp {
    /// The secret of the link in the latest mail of a kind to an address in the tenant `Home`.
    pub(crate) fn mailed(&self, email: &str, kind: MessageKind) -> String {
        self.mailed_in(self.home().tenant(), email, kind)
    }

    /// The same in any tenant.
    #[track_caller]
    pub(crate) fn mailed_in(&self, tenant: TenantId, email: &str, kind: MessageKind) -> String {
        self.latest_link(tenant, |mail| {
            let to = mail.recipient.as_ref().map(|user| user.email.as_str());
            mail.kind == kind && to == Some(email)
        })
    }

    /// The secret of the link in the latest mail to a person of the tenant `Home`.
    #[track_caller]
    pub(crate) fn link_to(&self, user: &str) -> String {
        self.latest_link(self.home().tenant(), |mail| {
            mail.secret.is_some()
                && mail
                    .recipient
                    .as_ref()
                    .is_some_and(|to| to.id.to_string() == user)
        })
    }

    #[track_caller]
    fn latest_link(&self, tenant: TenantId, fits: impl Fn(&Contents) -> bool) -> String {
        let waiting = self.store().messages(tenant, MessageState::Pending, 1_000);
        let mut mails = waiting.expect("the store works");
        mails.sort_by_key(|mail| (mail.created_at, mail.key));
        let mut contents = mails.iter().rev().map(|mail| {
            let contents = self.store().contents(mail.key).expect("the store works");
            contents.expect("the message is there")
        });
        let secret = contents.find(fits).and_then(|contents| contents.secret);
        secret.expect("a mail with a link waits").reveal().to_owned()
    }

    /// What the sender does beside sending: answers those who asked for links. Tells how many mails came of it.
    pub(crate) fn answers_requests(&self) -> u32 {
        let settings = LinkSettings {
            mail_limits: MailLimits::STANDARD,
            onboarding_lifetime: Duration::from_hours(72),
        };
        let store = self.store();
        let pass = answer_link_requests(store, store, self.random(), &settings, self.now(), 100);
        let pass = pass.expect("the store works");
        assert!(pass.failures.is_empty(), "{:?}", pass.failures);
        pass.mails
    }

    /// So many different attempts were refused.
    pub(crate) fn were_refused(&self, tenant: TenantId, count: usize) {
        let request = RequestId::parse("many").expect("an id");
        let actor = Actor::operator(tenant);
        let wanted = AuditAction::PropertyDeleted.as_str();
        let mut ids = self.fresh_ids();
        let merged = (0..count).map(|_| {
            let property: PropertyId = ids.make();
            let target = AttemptTarget::Property(property);
            Merged {
                last: Attempt::new(&actor, request.clone(), wanted, target, self.now()),
                first_at: self.now(),
                count: 1,
                mixed: false,
            }
        });
        self.refusals().put_back(merged.collect());
    }
}
