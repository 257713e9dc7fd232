# What Innkeeper's mails say. Every text is plain: no markup, and no address or link but what stands in braces.
# The files en-GB, en-AU and en-CA hold only what differs from this one; all others hold every text.

greeting = Hello,
footer = Innkeeper sent this email automatically.

# The lines with what the mail is about.
fact = { $label }: { $value }
fact-property = Property
fact-role = Role
role-owner = Owner
role-user = Team member

# UTC, such as 2026-11-22 14:05 UTC.
link-until = The link works once, until { $until }.
link-paste = If the button does not work, copy this address into your browser:

invitation-subject = You have been invited to Innkeeper
invitation-lead = You have been invited to help run a property in Innkeeper.
invitation-lead-by = { $inviter } has invited you to help run a property in Innkeeper.
invitation-next = To accept, open the link and choose a password.
invitation-action = Accept the invitation
invitation-unexpected = If you do not recognize this invitation, please ignore this email. The link is meant for you alone, so do not forward it.

invitation-resent-subject = Your invitation to Innkeeper: here is a new link
invitation-resent-lead = Here is a new link for your invitation to help run a property in Innkeeper.
invitation-resent-lead-by = { $inviter } has sent you a new link for your invitation to help run a property in Innkeeper.
invitation-resent-next = Links in earlier emails no longer work. To accept, open the new link and choose a password.
invitation-resent-action = Accept the invitation
invitation-resent-unexpected = If you do not recognize this invitation, please ignore this email. The link is meant for you alone, so do not forward it.

access-added-subject = You have been added to a property in Innkeeper
access-added-lead = You have been added to a property in Innkeeper.
access-added-lead-by = { $inviter } has added you to a property in Innkeeper.
access-added-next = There is nothing to confirm: you will find the property the next time you sign in.
access-added-unexpected = If you do not recognize this property, please contact whoever looks after your Innkeeper account.

access-withdrawn-subject = Your access to a property in Innkeeper has ended
access-withdrawn-lead = Your access to a property in Innkeeper has ended.
access-withdrawn-lead-by = { $inviter } has ended your access to a property in Innkeeper.
access-withdrawn-next = There is nothing you need to do.
access-withdrawn-unexpected = If you think your access was canceled by mistake, please contact an owner of the property.

password-reset-subject = Choose a new password for Innkeeper
password-reset-lead = Somebody asked for a link to choose a new password for your Innkeeper account.
password-reset-next = If it was you, open the link and choose a new password.
password-reset-action = Choose a new password
password-reset-unexpected = If it was not you, please ignore this email: your password stays as it is. Do not forward the link.
