greeting = Olá,
footer = Este e-mail foi enviado automaticamente pelo Innkeeper.

fact = { $label }: { $value }
fact-property = Propriedade
fact-role = Função
role-owner = Proprietário(a)
role-user = Membro da equipe

link-until = O link pode ser usado uma única vez, até { $until }.
link-paste = Se o botão não funcionar, copie este endereço para o seu navegador:

invitation-subject = Você recebeu um convite para o Innkeeper
invitation-lead = Você recebeu um convite para ajudar a gerir uma propriedade no Innkeeper.
invitation-lead-by = { $inviter } convidou você para ajudar a gerir uma propriedade no Innkeeper.
invitation-next = Para aceitar, abra o link e escolha uma senha.
invitation-action = Aceitar o convite
invitation-unexpected = Se você não reconhece este convite, ignore este e-mail. O link é pessoal: por favor, não o encaminhe.

invitation-resent-subject = Seu convite para o Innkeeper: um novo link
invitation-resent-lead = Aqui está um novo link para o seu convite para ajudar a gerir uma propriedade no Innkeeper.
invitation-resent-lead-by = { $inviter } enviou um novo link para o seu convite para ajudar a gerir uma propriedade no Innkeeper.
invitation-resent-next = Os links dos e-mails anteriores não funcionam mais. Para aceitar, abra o novo link e escolha uma senha.
invitation-resent-action = Aceitar o convite
invitation-resent-unexpected = Se você não reconhece este convite, ignore este e-mail. O link é pessoal: por favor, não o encaminhe.

access-added-subject = Você agora tem acesso a uma propriedade no Innkeeper
access-added-lead = Você agora tem acesso a uma propriedade no Innkeeper.
access-added-lead-by = { $inviter } deu a você acesso a uma propriedade no Innkeeper.
access-added-next = Não é preciso confirmar nada: você encontrará a propriedade na próxima vez que entrar.
access-added-unexpected = Se você não reconhece esta propriedade, entre em contato com quem administra a sua conta do Innkeeper.

access-withdrawn-subject = Seu acesso a uma propriedade no Innkeeper terminou
access-withdrawn-lead = Seu acesso a uma propriedade no Innkeeper terminou.
access-withdrawn-lead-by = { $inviter } encerrou o seu acesso a uma propriedade no Innkeeper.
access-withdrawn-next = Você não precisa fazer nada.
access-withdrawn-unexpected = Se você acha que isso foi um engano, entre em contato com um proprietário da propriedade.

password-reset-subject = Escolha uma nova senha para o Innkeeper
password-reset-lead = Foi pedido um link para escolher uma nova senha para a sua conta do Innkeeper.
password-reset-next = Se foi você quem pediu, abra o link e escolha uma nova senha.
password-reset-action = Escolher uma nova senha
password-reset-unexpected = Se não foi você, ignore este e-mail: a sua senha continua a mesma. Por favor, não encaminhe o link.
