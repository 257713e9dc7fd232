greeting = Bonjour,
footer = Cet e-mail a été envoyé automatiquement par Innkeeper.

fact = { $label } : { $value }
fact-property = Établissement
fact-role = Rôle
role-owner = Propriétaire
role-user = Membre de l’équipe

link-until = Ce lien ne peut être utilisé qu’une fois, jusqu’au { $until }.
link-paste = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :

invitation-subject = Vous avez reçu une invitation à rejoindre Innkeeper
invitation-lead = Vous avez reçu une invitation à participer à la gestion d’un établissement dans Innkeeper.
invitation-lead-by = { $inviter } vous invite à participer à la gestion d’un établissement dans Innkeeper.
invitation-next = Pour accepter, ouvrez le lien et choisissez un mot de passe.
invitation-action = Accepter l’invitation
invitation-unexpected = Si cette invitation ne vous dit rien, ignorez simplement cet e-mail. Le lien vous est personnel : merci de ne pas le transférer.

invitation-resent-subject = Votre invitation à rejoindre Innkeeper : voici un nouveau lien
invitation-resent-lead = Voici un nouveau lien pour votre invitation à participer à la gestion d’un établissement dans Innkeeper.
invitation-resent-lead-by = { $inviter } vous envoie un nouveau lien pour votre invitation à participer à la gestion d’un établissement dans Innkeeper.
invitation-resent-next = Les liens des e-mails précédents ne fonctionnent plus. Pour accepter, ouvrez le nouveau lien et choisissez un mot de passe.
invitation-resent-action = Accepter l’invitation
invitation-resent-unexpected = Si cette invitation ne vous dit rien, ignorez simplement cet e-mail. Le lien vous est personnel : merci de ne pas le transférer.

access-added-subject = Vous avez désormais accès à un établissement dans Innkeeper
access-added-lead = Vous avez désormais accès à un établissement dans Innkeeper.
access-added-lead-by = { $inviter } vous a donné accès à un établissement dans Innkeeper.
access-added-next = Vous n’avez rien à confirmer : vous trouverez l’établissement lors de votre prochaine connexion.
access-added-unexpected = Si cet établissement ne vous dit rien, veuillez contacter la personne qui gère votre compte Innkeeper.

access-withdrawn-subject = Votre accès à un établissement dans Innkeeper a pris fin
access-withdrawn-lead = Votre accès à un établissement dans Innkeeper a pris fin.
access-withdrawn-lead-by = { $inviter } a mis fin à votre accès à un établissement dans Innkeeper.
access-withdrawn-next = Vous n’avez rien à faire.
access-withdrawn-unexpected = Si vous pensez qu’il s’agit d’une erreur, veuillez contacter un propriétaire de l’établissement.

password-reset-subject = Choisissez un nouveau mot de passe pour Innkeeper
password-reset-lead = Une demande de nouveau mot de passe a été faite pour votre compte Innkeeper.
password-reset-next = Si vous en êtes à l’origine, ouvrez le lien et choisissez un nouveau mot de passe.
password-reset-action = Choisir un nouveau mot de passe
password-reset-unexpected = Sinon, ignorez simplement cet e-mail : votre mot de passe reste inchangé. Merci de ne pas transférer le lien.
