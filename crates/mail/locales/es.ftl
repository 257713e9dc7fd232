greeting = Hola:
footer = Innkeeper ha enviado este correo automáticamente.

fact = { $label }: { $value }
fact-property = Alojamiento
fact-role = Función
role-owner = Propietario/a
role-user = Miembro del equipo

link-until = El enlace solo se puede usar una vez, hasta el { $until }.
link-paste = Si el botón no funciona, copie esta dirección en su navegador:

invitation-subject = Ha recibido una invitación a Innkeeper
invitation-lead = Ha recibido una invitación para ayudar a gestionar un alojamiento en Innkeeper.
invitation-lead-by = { $inviter } le ha invitado a ayudar a gestionar un alojamiento en Innkeeper.
invitation-next = Para aceptar, abra el enlace y elija una contraseña.
invitation-action = Aceptar la invitación
invitation-unexpected = Si no reconoce esta invitación, ignore este correo. El enlace es personal: le rogamos que no lo reenvíe.

invitation-resent-subject = Su invitación a Innkeeper: un nuevo enlace
invitation-resent-lead = Este es un nuevo enlace para su invitación a ayudar a gestionar un alojamiento en Innkeeper.
invitation-resent-lead-by = { $inviter } le ha enviado un nuevo enlace para su invitación a ayudar a gestionar un alojamiento en Innkeeper.
invitation-resent-next = Los enlaces de los correos anteriores ya no funcionan. Para aceptar, abra el nuevo enlace y elija una contraseña.
invitation-resent-action = Aceptar la invitación
invitation-resent-unexpected = Si no reconoce esta invitación, ignore este correo. El enlace es personal: le rogamos que no lo reenvíe.

access-added-subject = Ahora tiene acceso a un alojamiento en Innkeeper
access-added-lead = Ahora tiene acceso a un alojamiento en Innkeeper.
access-added-lead-by = { $inviter } le ha dado acceso a un alojamiento en Innkeeper.
access-added-next = No tiene que confirmar nada: encontrará el alojamiento la próxima vez que inicie sesión.
access-added-unexpected = Si no reconoce este alojamiento, póngase en contacto con quien administra su cuenta de Innkeeper.

access-withdrawn-subject = Su acceso a un alojamiento en Innkeeper ha finalizado
access-withdrawn-lead = Su acceso a un alojamiento en Innkeeper ha finalizado.
access-withdrawn-lead-by = { $inviter } ha retirado su acceso a un alojamiento en Innkeeper.
access-withdrawn-next = No tiene que hacer nada.
access-withdrawn-unexpected = Si cree que se trata de un error, póngase en contacto con un propietario del alojamiento.

password-reset-subject = Elija una nueva contraseña para Innkeeper
password-reset-lead = Se ha solicitado un enlace para elegir una nueva contraseña para su cuenta de Innkeeper.
password-reset-next = Si ha sido usted, abra el enlace y elija una nueva contraseña.
password-reset-action = Elegir una nueva contraseña
password-reset-unexpected = Si no ha sido usted, ignore este correo: su contraseña no cambia. Le rogamos que no reenvíe el enlace.
