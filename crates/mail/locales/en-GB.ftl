# English of the United Kingdom: what differs from en.ftl.

invitation-unexpected = If you do not recognise this invitation, please ignore this email. The link is meant for you alone, so do not forward it.
invitation-resent-unexpected = If you do not recognise this invitation, please ignore this email. The link is meant for you alone, so do not forward it.
access-added-unexpected = If you do not recognise this property, please contact whoever looks after your Innkeeper account.
access-withdrawn-unexpected = If you think your access was cancelled by mistake, please contact an owner of the property.
