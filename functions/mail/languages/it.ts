/** Italian; people are addressed as tu. */
export const it = {
  'label.ends': 'Cosa termina',
  'label.ended': 'Cosa è terminato',
  'label.lastDay': 'Ultimo giorno per te',
  'label.newLastDay': 'Nuovo ultimo giorno per te',
  'label.wasLastDay': 'L’ultimo giorno per te è stato',
  day: '{endDate}, fino a mezzanotte nel tuo fuso orario ({zone})',
  'day.tomorrow': 'Domani, {endDate}, fino a mezzanotte nel tuo fuso orario ({zone})',

  'heading.means': 'Cosa significa per te',
  'heading.unsaved': 'Le chat che non hai salvato',
  'heading.count': 'Quante delle tue chat sono interessate',
  'heading.todo': 'Cosa puoi fare',
  'heading.instead': 'Alternative con chat crittografate',
  'heading.why': 'Il motivo',
  'heading.genuine': 'Come verificare che questo messaggio sia autentico',
  'heading.done': 'Cosa è stato fatto con le tue chat',

  'count.one': 'Il cambiamento riguarda una delle tue chat.',
  'count.many': 'Il cambiamento riguarda {chats} delle tue chat.',
  'count.other': 'Il cambiamento riguarda {chats} delle tue chat.',
  never:
    'Non ti chiediamo mai la password né alcuna chiave. Questo messaggio non contiene allegati né link per accedere.',
  genuine:
    'Questo messaggio è stato inviato da {senderAddress}, e nella pagina di assistenza {supportUrl} trovi le stesse informazioni. Se hai dubbi, non aprire nessun link e digita tu l’indirizzo della pagina di assistenza nel browser.',
  choices:
    'Hai già salvato le tue chat? Preferisci non ricevere altri promemoria o ti serve più tempo? Faccelo sapere in una pagina che non chiede nessuna password. Lì vedi cosa puoi ancora scegliere; aprirla non cambia nulla.',
  'choices.link': 'Dicci cosa hai deciso',
  'footer.why':
    'Ricevi questa comunicazione di servizio perché riguarda le tue chat. I promemoria si possono disattivare; il primo avviso, l’ultimo prima della fine e gli eventuali cambi di data vengono inviati a tutte le persone interessate.',
  'footer.help': 'Hai domande? Scrivi a {supportEmail} o consulta {supportUrl}.',

  'first.subject': '{feature}: ultimo giorno {endDay}',
  'first.preheader': 'Cosa cambia, cosa succede alle chat che non hai salvato e cosa puoi fare.',
  'first.lead':
    'Abbiamo deciso di non offrire più una funzione che usi. Non c’è fretta: questo messaggio ti spiega cosa termina e quando, cosa significa per le tue chat e come conservare ciò a cui tieni.',
  'reminder.subject': 'Promemoria: {feature}, ultimo giorno {endDay}',
  'reminder.preheader': 'Se hai già salvato ciò che vuoi conservare, non devi fare altro.',
  'reminder.lead':
    'Ti ricordiamo che una funzione che usi non sarà più disponibile. Se hai già salvato ciò che vuoi conservare, non devi fare altro.',
  'soon.subject': '{feature}: salva le chat, ultimo giorno {endDay}',
  'soon.preheader': 'Come conservare messaggi di queste chat e cosa succede agli altri.',
  'soon.lead':
    'L’ultimo giorno è vicino. Se in queste chat ci sono messaggi che vuoi conservare, salvali ora, per favore: può volerci un po’ di tempo.',
  'tomorrow.subject': '{feature}: domani, {endDay}, ultimo giorno',
  'tomorrow.preheader': 'Questo è l’ultimo avviso prima di quel giorno.',
  'tomorrow.lead':
    'Domani è l’ultimo giorno, e questo è l’ultimo avviso prima che arrivi. Salva entro la fine di quel giorno ciò che vuoi conservare di queste chat.',
  'moved.subject': '{feature}: nuovo ultimo giorno {endDay}',
  'moved.preheader': 'La data che ti avevamo comunicato è cambiata. Hai più tempo.',
  'moved.lead':
    'La data che ti avevamo comunicato è cambiata. La nuova è successiva: hai più tempo. Tutto il resto rimane com’era.',
  'done.subject': '{feature}: cosa è stato fatto',
  'done.preheader': 'L’ultimo giorno è passato. Non devi fare nulla.',
  'done.lead':
    'L’ultimo giorno è passato. Questo messaggio ti spiega cosa è stato fatto con le tue chat. È l’ultimo su questo argomento.',
  'done.disabled.one':
    'La crittografia è stata disattivata in una delle tue chat. I nuovi messaggi in quella chat ora sono messaggi normali: {senderName} può leggerli.',
  'done.disabled.many':
    'La crittografia è stata disattivata in {disabled} delle tue chat. I nuovi messaggi in quelle chat ora sono messaggi normali: {senderName} può leggerli.',
  'done.disabled.other':
    'La crittografia è stata disattivata in {disabled} delle tue chat. I nuovi messaggi in quelle chat ora sono messaggi normali: {senderName} può leggerli.',
  'done.kept.one': 'Una delle tue chat non è stata modificata.',
  'done.kept.many': '{kept} delle tue chat non sono state modificate.',
  'done.kept.other': '{kept} delle tue chat non sono state modificate.',
  'done.todo': 'Non devi fare nulla. Se qualcosa non ti torna, scrivi a {supportEmail}.',

  'page.title': 'Le tue scelte',
  'page.intro': 'Non cambia nulla finché non premi un pulsante. Qui non ti chiediamo nessuna password.',
  'page.saved.text':
    'Con questa scelta non ricevi altri promemoria. L’ultimo avviso prima della fine e gli eventuali cambi di data arrivano comunque.',
  'page.saved.button': 'Ho salvato le mie chat',
  'page.saved.done': 'Ci hai comunicato di aver salvato le tue chat.',
  'page.stopped.text':
    'Con questa scelta ricevi solo ciò che ricevono tutti: il primo avviso, l’ultimo prima della fine e gli eventuali cambi di data.',
  'page.stopped.button': 'Disattiva i promemoria',
  'page.stopped.done': 'Hai disattivato i promemoria.',
  'page.moreTime.text': 'Con questa scelta l’ultimo giorno per te diventa {newDate}. Puoi chiederlo una sola volta.',
  'page.moreTime.button': 'Mi serve più tempo',
  'page.moreTime.done': 'Hai chiesto più tempo. La nuova data ti arriva per e-mail.',
  'page.late': 'Questa scelta non è più disponibile. Non è stato modificato nulla.',
  'page.over': 'Per te l’ultimo giorno è passato. Qui non è più possibile scegliere nulla.',
  'page.invalid.title': 'Questo link non funziona',
  'page.invalid.text':
    'Potrebbe essere incompleto o troppo vecchio. Non è stato modificato nulla. Usa il link nel messaggio più recente che hai ricevuto da noi. Per assistenza consulta {supportUrl}.',
  'page.failed.title': 'Qualcosa non ha funzionato',
  'page.failed.text': 'Non è stato modificato nulla. Riprova tra qualche minuto.',
};
