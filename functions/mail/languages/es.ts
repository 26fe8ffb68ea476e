/** Spanish; people are addressed as tú. */
export const es = {
  'label.ends': 'Qué termina',
  'label.ended': 'Qué ha terminado',
  'label.lastDay': 'Último día para ti',
  'label.newLastDay': 'Nuevo último día para ti',
  'label.wasLastDay': 'El último día para ti fue',
  day: '{endDate}, hasta la medianoche en tu zona horaria ({zone})',
  'day.tomorrow': 'Mañana, {endDate}, hasta la medianoche en tu zona horaria ({zone})',

  'heading.means': 'Qué significa para ti',
  'heading.unsaved': 'Los chats que no hayas guardado',
  'heading.count': 'A cuántos de tus chats afecta',
  'heading.todo': 'Qué puedes hacer',
  'heading.instead': 'Alternativas con chats cifrados',
  'heading.why': 'El motivo',
  'heading.genuine': 'Cómo comprobar que este mensaje es auténtico',
  'heading.done': 'Qué se ha hecho con tus chats',

  'count.one': 'El cambio afecta a uno de tus chats.',
  'count.many': 'El cambio afecta a {chats} de tus chats.',
  'count.other': 'El cambio afecta a {chats} de tus chats.',
  never:
    'Nunca te pedimos tu contraseña ni ninguna clave. Este mensaje no lleva archivos adjuntos ni enlaces para iniciar sesión.',
  genuine:
    'Este mensaje se ha enviado desde {senderAddress}, y en la página de ayuda {supportUrl} encontrarás la misma información. Si tienes dudas, no abras ningún enlace y escribe tú la dirección de la página de ayuda en el navegador.',
  choices:
    '¿Ya has guardado tus chats? ¿Prefieres no recibir más recordatorios o necesitas más tiempo? Dínoslo en una página que no pide ninguna contraseña. Allí verás qué puedes elegir todavía; con solo abrirla no cambia nada.',
  'choices.link': 'Dinos qué has decidido',
  'footer.why':
    'Recibes este aviso sobre el servicio porque afecta a chats tuyos. Los recordatorios se pueden desactivar; el primer aviso, el último antes del final y los cambios de fecha se envían a todas las personas afectadas.',
  'footer.help': '¿Tienes preguntas? Escribe a {supportEmail} o consulta {supportUrl}.',

  'first.subject': '{feature}: último día {endDay}',
  'first.preheader': 'Qué cambia, qué pasa con los chats que no hayas guardado y qué puedes hacer.',
  'first.lead':
    'Vamos a retirar una función que usas. No hay prisa: en este mensaje te explicamos qué termina y cuándo, qué significa para tus chats y cómo conservar lo que te importa.',
  'reminder.subject': 'Recordatorio: {feature}, último día {endDay}',
  'reminder.preheader': 'Si ya has guardado lo que quieres conservar, no tienes que hacer nada más.',
  'reminder.lead':
    'Te recordamos que vamos a retirar una función que usas. Si ya has guardado lo que quieres conservar, no tienes que hacer nada más.',
  'soon.subject': '{feature}: guarda tus chats, último día {endDay}',
  'soon.preheader': 'Cómo conservar mensajes de estos chats y qué pasa con los demás.',
  'soon.lead':
    'El último día está cerca. Si en estos chats hay mensajes que quieres conservar, guárdalos ahora, por favor: puede llevar algo de tiempo.',
  'tomorrow.subject': '{feature}: mañana, {endDay}, último día',
  'tomorrow.preheader': 'Este es el último aviso antes de ese día.',
  'tomorrow.lead':
    'Mañana es el último día, y este es el último aviso antes de que llegue. Lo que quieras conservar de estos chats, guárdalo antes de que termine ese día.',
  'moved.subject': '{feature}: nuevo último día {endDay}',
  'moved.preheader': 'La fecha que te indicamos ha cambiado. Tienes más tiempo.',
  'moved.lead':
    'La fecha que te indicamos ha cambiado. La nueva es posterior: tienes más tiempo. Todo lo demás sigue igual.',
  'done.subject': '{feature}: qué se ha hecho',
  'done.preheader': 'El último día ya ha pasado. No tienes que hacer nada.',
  'done.lead':
    'El último día ya ha pasado. En este mensaje te explicamos qué se ha hecho con tus chats. Es el último sobre este tema.',
  'done.disabled.one':
    'Se ha desactivado el cifrado en uno de tus chats. Los mensajes nuevos de ese chat son ahora mensajes normales: {senderName} puede leerlos.',
  'done.disabled.many':
    'Se ha desactivado el cifrado en {disabled} de tus chats. Los mensajes nuevos de esos chats son ahora mensajes normales: {senderName} puede leerlos.',
  'done.disabled.other':
    'Se ha desactivado el cifrado en {disabled} de tus chats. Los mensajes nuevos de esos chats son ahora mensajes normales: {senderName} puede leerlos.',
  'done.kept.one': 'Uno de tus chats no se ha modificado.',
  'done.kept.many': '{kept} de tus chats no se han modificado.',
  'done.kept.other': '{kept} de tus chats no se han modificado.',
  'done.todo': 'No tienes que hacer nada. Si algo no te parece correcto, escribe a {supportEmail}.',

  'page.title': 'Tus opciones',
  'page.intro': 'No cambia nada hasta que pulses un botón. Aquí no te pedimos ninguna contraseña.',
  'page.saved.text':
    'Con esta opción dejas de recibir recordatorios. El último aviso antes del final y los cambios de fecha te seguirán llegando.',
  'page.saved.button': 'He guardado mis chats',
  'page.saved.done': 'Nos has indicado que has guardado tus chats.',
  'page.stopped.text':
    'Con esta opción recibes solo lo que recibe todo el mundo: el primer aviso, el último antes del final y los cambios de fecha.',
  'page.stopped.button': 'Desactivar los recordatorios',
  'page.stopped.done': 'Has desactivado los recordatorios.',
  'page.moreTime.text': 'Con esta opción, el último día para ti pasa a ser el {newDate}. Solo puedes pedirlo una vez.',
  'page.moreTime.button': 'Necesito más tiempo',
  'page.moreTime.done': 'Has pedido más tiempo. La nueva fecha te llega por correo electrónico.',
  'page.late': 'Esta opción ya no está disponible. No se ha cambiado nada.',
  'page.over': 'Para ti, el último día ya ha pasado. Aquí ya no se puede elegir nada.',
  'page.invalid.title': 'Este enlace no funciona',
  'page.invalid.text':
    'Puede que esté incompleto o que sea demasiado antiguo. No se ha cambiado nada. Usa el enlace del mensaje más reciente que hayas recibido de nosotros. Encontrarás ayuda en {supportUrl}.',
  'page.failed.title': 'No ha funcionado',
  'page.failed.text': 'No se ha cambiado nada. Inténtalo de nuevo dentro de unos minutos.',
};
