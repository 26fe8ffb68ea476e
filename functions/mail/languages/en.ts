/**
 * English, and what every other language is held to: the same keys, with the same placeholders. `.one`, `.other` and
 * the like are plural forms, of which each language has its own (`Intl.PluralRules`). The feature is named apart from
 * any sentence, because no other language could inflect what an operator has written.
 */
export const en = {
  'label.ends': 'What ends',
  'label.ended': 'What has ended',
  'label.lastDay': 'Last day for you',
  'label.newLastDay': 'New last day for you',
  'label.wasLastDay': 'The last day for you was',
  day: '{endDate}, until the end of the day in your time zone ({zone})',
  'day.tomorrow': 'Tomorrow, {endDate}, until the end of the day in your time zone ({zone})',

  'heading.means': 'What this means',
  'heading.unsaved': 'Chats that you have not saved',
  'heading.count': 'How many of your chats are affected',
  'heading.todo': 'What you can do',
  'heading.instead': 'Where to find encrypted chats instead',
  'heading.why': 'Why',
  'heading.genuine': 'How to check that this message is genuine',
  'heading.done': 'What was done with your chats',

  'count.one': 'One of your chats is affected.',
  'count.other': '{chats} of your chats are affected.',
  never: 'We never ask for your password or a key. This message has no attachment and no link to log in.',
  genuine:
    'This message was sent from {senderAddress}, and the help page {supportUrl} says the same. If you are not sure, follow no link and type the address of the help page yourself.',
  choices:
    'Have you saved your chats? Do you want no more reminders, or more time? Tell us on a page that asks for no password. It shows what you can still choose; opening it changes nothing.',
  'choices.link': 'Tell us what you have decided',
  'footer.why':
    'You receive this service notice because it is about chats of yours. Reminders can be stopped; the first notice, the last one before the end and any change of the date are sent to everybody concerned.',
  'footer.help': 'Questions? Write to {supportEmail} or see {supportUrl}.',

  // Five weeks before, to people who have not heard of it yet: calm and complete.
  'first.subject': '{feature}: last day {endDay}',
  'first.preheader': 'What changes, what happens to chats that you have not saved, and what you can do.',
  'first.lead':
    'We are ending a feature that you use. There is no hurry: this message says what ends and when, what it means for your chats, and how to keep what matters to you.',
  // Two weeks before: short, and a relief to those who are done.
  'reminder.subject': 'Reminder: {feature}, last day {endDay}',
  'reminder.preheader': 'If you have saved what you want to keep, there is nothing more to do.',
  'reminder.lead':
    'This is a reminder that a feature that you use is ending. If you have saved what you want to keep, there is nothing more to do.',
  // One week before: practical.
  'soon.subject': '{feature}: save your chats by {endDay}',
  'soon.preheader': 'How to keep messages from these chats, and what happens to the others.',
  'soon.lead':
    'The last day is near. If there are messages in these chats that you want to keep, please save them now: it can take some time.',
  // The day before, on no other day.
  'tomorrow.subject': '{feature}: last day tomorrow, {endDay}',
  'tomorrow.preheader': 'This is the last notice before that day.',
  'tomorrow.lead':
    'Tomorrow is the last day, and this is the last notice before it. Please save what you want to keep from these chats before that day is over.',
  // A date that was told has become a later one.
  'moved.subject': '{feature}: new last day {endDay}',
  'moved.preheader': 'The date that we told you before has changed. You have more time.',
  'moved.lead':
    'The date that we told you before has changed. The new one is later: you have more time. Everything else stays as it was.',
  // Afterwards: what was done, and that it is over.
  'done.subject': '{feature}: what was done',
  'done.preheader': 'The last day has passed. There is nothing that you need to do.',
  'done.lead':
    'The last day has passed. This message says what was done with your chats. It is the last one about this.',
  'done.disabled.one':
    'Encryption was turned off in one of your chats. New messages in it are ordinary messages now: {senderName} is able to read them.',
  'done.disabled.other':
    'Encryption was turned off in {disabled} of your chats. New messages in them are ordinary messages now: {senderName} is able to read them.',
  'done.kept.one': 'One of your chats has not been changed.',
  'done.kept.other': '{kept} of your chats have not been changed.',
  'done.todo': 'There is nothing that you need to do. If something does not look right, write to {supportEmail}.',

  // The page behind the link in each message.
  'page.title': 'Your choices',
  'page.intro': 'Nothing changes until you press a button. We ask for no password here.',
  'page.saved.text':
    'You then get no more reminders. The last notice before the end and any change of the date still come.',
  'page.saved.button': 'I have saved my chats',
  'page.saved.done': 'You have told us that you have saved your chats.',
  'page.stopped.text':
    'You then get only what everybody gets: the first notice, the last one before the end, and any change of the date.',
  'page.stopped.button': 'Stop the reminders',
  'page.stopped.done': 'You have stopped the reminders.',
  'page.moreTime.text': 'The last day for you then moves to {newDate}. You can ask for this only once.',
  'page.moreTime.button': 'I need more time',
  'page.moreTime.done': 'You have asked for more time. You get the new date by email.',
  'page.late': 'This can no longer be chosen. Nothing was changed.',
  'page.over': 'The last day has passed. Nothing can be chosen here any more.',
  'page.invalid.title': 'This link does not work',
  'page.invalid.text':
    'It may be incomplete or too old. Nothing was changed. Please use the link in the newest message that you have from us. Help is at {supportUrl}.',
  'page.failed.title': 'That did not work',
  'page.failed.text': 'Nothing was changed. Please try again in a few minutes.',
};
