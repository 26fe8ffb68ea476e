/** German; people are addressed as du. */
export const de = {
  'label.ends': 'Was endet',
  'label.ended': 'Was beendet wurde',
  'label.lastDay': 'Letzter Tag für dich',
  'label.newLastDay': 'Neuer letzter Tag für dich',
  'label.wasLastDay': 'Der letzte Tag für dich war',
  day: '{endDate}, bis 24 Uhr in deiner Zeitzone ({zone})',
  'day.tomorrow': 'Morgen, {endDate}, bis 24 Uhr in deiner Zeitzone ({zone})',

  'heading.means': 'Was das bedeutet',
  'heading.unsaved': 'Chats, die du nicht gesichert hast',
  'heading.count': 'Wie viele deiner Chats betroffen sind',
  'heading.todo': 'Was du tun kannst',
  'heading.instead': 'Wo du stattdessen verschlüsselt schreiben kannst',
  'heading.why': 'Warum',
  'heading.genuine': 'So prüfst du, ob diese Nachricht echt ist',
  'heading.done': 'Was mit deinen Chats geschehen ist',

  'count.one': 'Einer deiner Chats ist betroffen.',
  'count.other': '{chats} deiner Chats sind betroffen.',
  never:
    'Wir fragen nie nach deinem Passwort oder einem Schlüssel. Diese Nachricht enthält weder einen Anhang noch einen Link zum Anmelden.',
  genuine:
    'Diese Nachricht wurde von {senderAddress} gesendet, und auf der Hilfeseite {supportUrl} steht dasselbe. Wenn du unsicher bist, öffne keinen Link, sondern gib die Adresse der Hilfeseite selbst ein.',
  choices:
    'Hast du deine Chats gesichert? Möchtest du keine Erinnerungen mehr oder brauchst du mehr Zeit? Sag es uns auf einer Seite, die kein Passwort verlangt. Dort siehst du, was du noch wählen kannst; wenn du sie nur öffnest, ändert sich nichts.',
  'choices.link': 'Sag uns, wie du dich entschieden hast',
  'footer.why':
    'Du erhältst diese Service-Mitteilung, weil es darin um Chats von dir geht. Erinnerungen kannst du abstellen; die erste Mitteilung, die letzte vor dem Ende und jede Änderung des Datums gehen an alle Betroffenen.',
  'footer.help': 'Fragen? Schreib an {supportEmail} oder sieh auf {supportUrl} nach.',

  'first.subject': '{feature}: letzter Tag {endDay}',
  'first.preheader': 'Was sich ändert, was mit nicht gesicherten Chats geschieht und was du tun kannst.',
  'first.lead':
    'Wir beenden eine Funktion, die du nutzt. Es eilt nicht: In dieser Nachricht steht, was wann endet, was das für deine Chats bedeutet und wie du behältst, was dir wichtig ist.',
  'reminder.subject': 'Erinnerung: {feature}, letzter Tag {endDay}',
  'reminder.preheader': 'Wenn du gesichert hast, was du behalten möchtest, musst du nichts weiter tun.',
  'reminder.lead':
    'Wir erinnern dich daran, dass eine Funktion endet, die du nutzt. Wenn du gesichert hast, was du behalten möchtest, musst du nichts weiter tun.',
  'soon.subject': '{feature}: Chats bis {endDay} sichern',
  'soon.preheader': 'Wie du Nachrichten aus diesen Chats behältst und was mit den übrigen geschieht.',
  'soon.lead':
    'Der letzte Tag rückt näher. Wenn es in diesen Chats Nachrichten gibt, die du behalten möchtest, sichere sie bitte jetzt: Das kann etwas dauern.',
  'tomorrow.subject': '{feature}: letzter Tag morgen, {endDay}',
  'tomorrow.preheader': 'Dies ist die letzte Mitteilung vor diesem Tag.',
  'tomorrow.lead':
    'Morgen ist der letzte Tag, und dies ist die letzte Mitteilung davor. Sichere bitte bis zum Ende dieses Tages, was du aus diesen Chats behalten möchtest.',
  'moved.subject': '{feature}: neuer letzter Tag {endDay}',
  'moved.preheader': 'Das Datum, das wir dir genannt hatten, hat sich geändert. Du hast mehr Zeit.',
  'moved.lead':
    'Das Datum, das wir dir genannt hatten, hat sich geändert. Das neue liegt später: Du hast mehr Zeit. Alles andere bleibt, wie es war.',
  'done.subject': '{feature}: was geändert wurde',
  'done.preheader': 'Der letzte Tag ist vorbei. Du musst nichts tun.',
  'done.lead':
    'Der letzte Tag ist vorbei. In dieser Nachricht steht, was mit deinen Chats geschehen ist. Sie ist die letzte zu diesem Thema.',
  'done.disabled.one':
    'In einem deiner Chats wurde die Verschlüsselung abgeschaltet. Neue Nachrichten darin sind jetzt gewöhnliche Nachrichten: {senderName} kann sie lesen.',
  'done.disabled.other':
    'In {disabled} deiner Chats wurde die Verschlüsselung abgeschaltet. Neue Nachrichten darin sind jetzt gewöhnliche Nachrichten: {senderName} kann sie lesen.',
  'done.kept.one': 'Einer deiner Chats ist unverändert.',
  'done.kept.other': '{kept} deiner Chats sind unverändert.',
  'done.todo': 'Du musst nichts tun. Wenn dir etwas falsch vorkommt, schreib an {supportEmail}.',

  'page.title': 'Deine Auswahl',
  'page.intro':
    'Solange du auf keine Schaltfläche tippst, ändert sich nichts. Wir fragen hier nicht nach einem Passwort.',
  'page.saved.text':
    'Du bekommst dann keine Erinnerungen mehr. Die letzte Mitteilung vor dem Ende kommt trotzdem, und wenn sich das Datum ändert, erfährst du auch das.',
  'page.saved.button': 'Ich habe meine Chats gesichert',
  'page.saved.done': 'Du hast uns mitgeteilt, dass du deine Chats gesichert hast.',
  'page.stopped.text':
    'Du bekommst dann nur noch, was alle bekommen: die erste Mitteilung, die letzte vor dem Ende und eine Nachricht, falls sich das Datum ändert.',
  'page.stopped.button': 'Erinnerungen abstellen',
  'page.stopped.done': 'Du hast die Erinnerungen abgestellt.',
  'page.moreTime.text':
    'Der letzte Tag verschiebt sich für dich dann auf {newDate}. Du kannst nur einmal darum bitten.',
  'page.moreTime.button': 'Ich brauche mehr Zeit',
  'page.moreTime.done': 'Du hast um mehr Zeit gebeten. Das neue Datum bekommst du per E-Mail.',
  'page.late': 'Das lässt sich nicht mehr auswählen. Es wurde nichts geändert.',
  'page.over': 'Für dich ist der letzte Tag vorbei. Hier lässt sich nichts mehr auswählen.',
  'page.invalid.title': 'Dieser Link funktioniert nicht',
  'page.invalid.text':
    'Er ist vielleicht unvollständig oder zu alt. Es wurde nichts geändert. Bitte nimm den Link aus der neuesten Nachricht, die du von uns hast. Hilfe findest du auf {supportUrl}.',
  'page.failed.title': 'Das hat nicht geklappt',
  'page.failed.text': 'Es wurde nichts geändert. Bitte versuche es in ein paar Minuten noch einmal.',
};
