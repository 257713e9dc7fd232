greeting = Guten Tag,
footer = Diese E-Mail wurde automatisch von Innkeeper versendet.

fact = { $label }: { $value }
fact-property = Unterkunft
fact-role = Rolle
role-owner = Inhaber/in
role-user = Teammitglied

link-until = Der Link kann einmal verwendet werden und gilt bis { $until }.
link-paste = Falls die Schaltfläche nicht funktioniert, kopieren Sie bitte diese Adresse in Ihren Browser:

invitation-subject = Sie wurden zu Innkeeper eingeladen
invitation-lead = Sie wurden eingeladen, eine Unterkunft in Innkeeper mitzuverwalten.
invitation-lead-by = { $inviter } hat Sie eingeladen, eine Unterkunft in Innkeeper mitzuverwalten.
invitation-next = Um die Einladung anzunehmen, öffnen Sie bitte den Link und wählen Sie ein Passwort.
invitation-action = Einladung annehmen
invitation-unexpected = Falls Sie mit dieser Einladung nichts anfangen können, ignorieren Sie bitte diese E-Mail. Der Link ist nur für Sie bestimmt; bitte leiten Sie ihn nicht weiter.

invitation-resent-subject = Ihre Einladung zu Innkeeper: ein neuer Link
invitation-resent-lead = Hier ist ein neuer Link für Ihre Einladung, eine Unterkunft in Innkeeper mitzuverwalten.
invitation-resent-lead-by = { $inviter } hat Ihnen einen neuen Link für Ihre Einladung geschickt, eine Unterkunft in Innkeeper mitzuverwalten.
invitation-resent-next = Links aus früheren E-Mails funktionieren nicht mehr. Um die Einladung anzunehmen, öffnen Sie bitte den neuen Link und wählen Sie ein Passwort.
invitation-resent-action = Einladung annehmen
invitation-resent-unexpected = Falls Sie mit dieser Einladung nichts anfangen können, ignorieren Sie bitte diese E-Mail. Der Link ist nur für Sie bestimmt; bitte leiten Sie ihn nicht weiter.

access-added-subject = Sie haben jetzt Zugang zu einer Unterkunft in Innkeeper
access-added-lead = Sie haben jetzt Zugang zu einer Unterkunft in Innkeeper.
access-added-lead-by = { $inviter } hat Ihnen Zugang zu einer Unterkunft in Innkeeper gegeben.
access-added-next = Sie müssen nichts bestätigen: Bei Ihrer nächsten Anmeldung finden Sie die Unterkunft vor.
access-added-unexpected = Falls Ihnen diese Unterkunft nichts sagt, wenden Sie sich bitte an die Person, die Ihr Innkeeper-Konto betreut.

access-withdrawn-subject = Ihr Zugang zu einer Unterkunft in Innkeeper ist beendet
access-withdrawn-lead = Ihr Zugang zu einer Unterkunft in Innkeeper ist beendet.
access-withdrawn-lead-by = { $inviter } hat Ihren Zugang zu einer Unterkunft in Innkeeper beendet.
access-withdrawn-next = Sie müssen nichts weiter tun.
access-withdrawn-unexpected = Falls Sie glauben, dass dies ein Versehen war, wenden Sie sich bitte an eine Inhaberin oder einen Inhaber der Unterkunft.

password-reset-subject = Wählen Sie ein neues Passwort für Innkeeper
password-reset-lead = Für Ihr Innkeeper-Konto wurde ein Link zum Wählen eines neuen Passworts angefordert.
password-reset-next = Wenn Sie das waren, öffnen Sie bitte den Link und wählen Sie ein neues Passwort.
password-reset-action = Neues Passwort wählen
password-reset-unexpected = Wenn Sie das nicht waren, ignorieren Sie bitte diese E-Mail: Ihr Passwort bleibt unverändert. Bitte leiten Sie den Link nicht weiter.
