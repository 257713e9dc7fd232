greeting = Buongiorno,
footer = Questa e-mail è stata inviata automaticamente da Innkeeper.

fact = { $label }: { $value }
fact-property = Struttura
fact-role = Ruolo
role-owner = Proprietario/a
role-user = Membro del team

link-until = Il link può essere usato una sola volta, fino al { $until }.
link-paste = Se il pulsante non funziona, copi questo indirizzo nel Suo browser:

invitation-subject = Ha ricevuto un invito a Innkeeper
invitation-lead = Ha ricevuto un invito a collaborare alla gestione di una struttura su Innkeeper.
invitation-lead-by = { $inviter } La invita a collaborare alla gestione di una struttura su Innkeeper.
invitation-next = Per accettare, apra il link e scelga una password.
invitation-action = Accetta l’invito
invitation-unexpected = Se non riconosce questo invito, ignori questa e-mail. Il link è personale: La preghiamo di non inoltrarlo.

invitation-resent-subject = Il Suo invito a Innkeeper: un nuovo link
invitation-resent-lead = Ecco un nuovo link per il Suo invito a collaborare alla gestione di una struttura su Innkeeper.
invitation-resent-lead-by = { $inviter } Le ha inviato un nuovo link per il Suo invito a collaborare alla gestione di una struttura su Innkeeper.
invitation-resent-next = I link delle e-mail precedenti non funzionano più. Per accettare, apra il nuovo link e scelga una password.
invitation-resent-action = Accetta l’invito
invitation-resent-unexpected = Se non riconosce questo invito, ignori questa e-mail. Il link è personale: La preghiamo di non inoltrarlo.

access-added-subject = Ora ha accesso a una struttura su Innkeeper
access-added-lead = Ora ha accesso a una struttura su Innkeeper.
access-added-lead-by = { $inviter } Le ha dato accesso a una struttura su Innkeeper.
access-added-next = Non deve confermare nulla: troverà la struttura al prossimo accesso.
access-added-unexpected = Se non riconosce questa struttura, contatti chi gestisce il Suo account Innkeeper.

access-withdrawn-subject = Il Suo accesso a una struttura su Innkeeper è terminato
access-withdrawn-lead = Il Suo accesso a una struttura su Innkeeper è terminato.
access-withdrawn-lead-by = { $inviter } ha revocato il Suo accesso a una struttura su Innkeeper.
access-withdrawn-next = Non deve fare nulla.
access-withdrawn-unexpected = Se pensa che si tratti di un errore, contatti un proprietario della struttura.

password-reset-subject = Scelga una nuova password per Innkeeper
password-reset-lead = È stato richiesto un link per scegliere una nuova password per il Suo account Innkeeper.
password-reset-next = Se la richiesta è Sua, apra il link e scelga una nuova password.
password-reset-action = Scegli una nuova password
password-reset-unexpected = Se non l’ha richiesto Lei, ignori questa e-mail: la Sua password resta invariata. La preghiamo di non inoltrare il link.
