/**
 * The fixed sentences, by language. `{endDate}` and the like stand for variables; a language that misses a sentence
 * does not compile. No sentence says how many days are left: mail may be read, and sent, a day later.
 */
import type { Language } from '../domain/language.ts';

export interface Texts {
  /** BCP 47, for dates and numbers. */
  readonly locale: string;
  readonly subject: string;
  readonly subjectTomorrow: string;
  readonly subjectMoved: string;
  readonly subjectDone: string;
  readonly greeting: string;
  readonly ends: string;
  readonly endsTomorrow: string;
  readonly moved: string;
  readonly done: string;
  readonly concerns: string;
  readonly changes: string;
  readonly data: string;
  readonly save: string;
  readonly reason: string;
  readonly alternatives: string;
  readonly support: string;
  readonly why: string;
  readonly never: string;
  readonly chats: (count: number) => string;
  readonly disabled: (count: number) => string;
  readonly kept: (count: number) => string;
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    locale: 'en-GB',
    subject: '{feature}: the last day is {endDate}',
    subjectTomorrow: '{feature}: tomorrow, {endDate}, is the last day',
    subjectMoved: '{feature}: the last day is now {endDate}',
    subjectDone: '{feature}: what was done with your chats',
    greeting: 'Hello,',
    ends: 'The last day of {feature} for you is {endDate}.',
    endsTomorrow: 'Tomorrow, {endDate}, is the last day of {feature} for you.',
    moved: 'The date has changed. The last day of {feature} for you is now {endDate}, later than we told you before.',
    done: 'The last day of {feature} is over. {disabled} {kept}',
    concerns: 'This concerns {chats}.',
    changes: 'What changes',
    data: 'What happens to what you have not saved',
    save: 'How to save it',
    reason: 'Why',
    alternatives: 'If you want to go on writing encrypted',
    support: 'Questions: {supportUrl} or {supportEmail}',
    why: 'You receive this message because it concerns chats of yours. Reminders can be stopped; the first and the last notice are sent to everybody concerned.',
    never: 'We never ask for your password or a key, and there is nothing to download from this message.',
    chats: (count) => (count === 1 ? 'one encrypted chat' : `${count} encrypted chats`),
    disabled: (count) =>
      count === 1 ? 'Encryption was turned off in one chat.' : `Encryption was turned off in ${count} chats.`,
    kept: (count) => (count === 0 ? '' : count === 1 ? 'One chat is unchanged.' : `${count} chats are unchanged.`),
  },
  de: {
    locale: 'de-DE',
    subject: '{feature}: der letzte Tag ist {endDate}',
    subjectTomorrow: '{feature}: morgen, {endDate}, ist der letzte Tag',
    subjectMoved: '{feature}: der letzte Tag ist jetzt {endDate}',
    subjectDone: '{feature}: was mit deinen Chats geschehen ist',
    greeting: 'Hallo,',
    ends: 'Der letzte Tag für {feature} ist bei dir {endDate}.',
    endsTomorrow: 'Morgen, {endDate}, ist bei dir der letzte Tag für {feature}.',
    moved:
      'Das Datum hat sich geändert. Der letzte Tag für {feature} ist bei dir jetzt {endDate}, später als zuvor mitgeteilt.',
    done: 'Der letzte Tag für {feature} ist vorbei. {disabled} {kept}',
    concerns: 'Es geht um {chats}.',
    changes: 'Was sich ändert',
    data: 'Was mit dem geschieht, was du nicht gesichert hast',
    save: 'So sicherst du es',
    reason: 'Warum',
    alternatives: 'Wenn du weiter verschlüsselt schreiben möchtest',
    support: 'Fragen: {supportUrl} oder {supportEmail}',
    why: 'Du erhältst diese Nachricht, weil sie Chats von dir betrifft. Erinnerungen lassen sich abstellen; die erste und die letzte Nachricht gehen an alle Betroffenen.',
    never: 'Wir fragen nie nach deinem Passwort oder einem Schlüssel, und aus dieser Nachricht ist nichts zu laden.',
    chats: (count) => (count === 1 ? 'einen verschlüsselten Chat' : `${count} verschlüsselte Chats`),
    disabled: (count) =>
      count === 1
        ? 'In einem Chat wurde die Verschlüsselung abgeschaltet.'
        : `In ${count} Chats wurde die Verschlüsselung abgeschaltet.`,
    kept: (count) =>
      count === 0 ? '' : count === 1 ? 'Ein Chat ist unverändert.' : `${count} Chats sind unverändert.`,
  },
  es: {
    locale: 'es-ES',
    subject: '{feature}: el último día es el {endDate}',
    subjectTomorrow: '{feature}: mañana, {endDate}, es el último día',
    subjectMoved: '{feature}: el último día es ahora el {endDate}',
    subjectDone: '{feature}: qué ha pasado con tus chats',
    greeting: 'Hola:',
    ends: 'Tu último día de {feature} es el {endDate}.',
    endsTomorrow: 'Mañana, {endDate}, es tu último día de {feature}.',
    moved: 'La fecha ha cambiado. Tu último día de {feature} es ahora el {endDate}, más tarde de lo que te dijimos.',
    done: 'El último día de {feature} ha pasado. {disabled} {kept}',
    concerns: 'Se trata de {chats}.',
    changes: 'Qué cambia',
    data: 'Qué pasa con lo que no hayas guardado',
    save: 'Cómo guardarlo',
    reason: 'Por qué',
    alternatives: 'Si quieres seguir escribiendo con cifrado',
    support: 'Preguntas: {supportUrl} o {supportEmail}',
    why: 'Recibes este mensaje porque se refiere a chats tuyos. Los recordatorios se pueden detener; el primer aviso y el último se envían a todas las personas afectadas.',
    never: 'Nunca te pedimos tu contraseña ni una clave, y no hay nada que descargar de este mensaje.',
    chats: (count) => (count === 1 ? 'un chat cifrado' : `${count} chats cifrados`),
    disabled: (count) =>
      count === 1 ? 'Se ha desactivado el cifrado en un chat.' : `Se ha desactivado el cifrado en ${count} chats.`,
    kept: (count) => (count === 0 ? '' : count === 1 ? 'Un chat no ha cambiado.' : `${count} chats no han cambiado.`),
  },
  fr: {
    locale: 'fr-FR',
    subject: '{feature} : le dernier jour est le {endDate}',
    subjectTomorrow: '{feature} : demain, {endDate}, est le dernier jour',
    subjectMoved: '{feature} : le dernier jour est désormais le {endDate}',
    subjectDone: '{feature} : ce qui a été fait de vos discussions',
    greeting: 'Bonjour,',
    ends: 'Pour vous, le dernier jour de {feature} est le {endDate}.',
    endsTomorrow: 'Demain, {endDate}, est pour vous le dernier jour de {feature}.',
    moved:
      'La date a changé. Pour vous, le dernier jour de {feature} est désormais le {endDate}, plus tard qu’annoncé.',
    done: 'Le dernier jour de {feature} est passé. {disabled} {kept}',
    concerns: 'Cela concerne {chats}.',
    changes: 'Ce qui change',
    data: 'Ce que devient ce que vous n’avez pas enregistré',
    save: 'Comment l’enregistrer',
    reason: 'Pourquoi',
    alternatives: 'Si vous voulez continuer à écrire de façon chiffrée',
    support: 'Questions : {supportUrl} ou {supportEmail}',
    why: 'Vous recevez ce message parce qu’il concerne des discussions à vous. Les rappels peuvent être arrêtés ; le premier avis et le dernier sont envoyés à toutes les personnes concernées.',
    never: 'Nous ne demandons jamais votre mot de passe ni une clé, et il n’y a rien à télécharger depuis ce message.',
    chats: (count) => (count === 1 ? 'une discussion chiffrée' : `${count} discussions chiffrées`),
    disabled: (count) =>
      count <= 1
        ? `Le chiffrement a été désactivé dans ${count} discussion.`
        : `Le chiffrement a été désactivé dans ${count} discussions.`,
    kept: (count) =>
      count === 0 ? '' : count === 1 ? 'Une discussion est inchangée.' : `${count} discussions sont inchangées.`,
  },
  'pt-BR': {
    locale: 'pt-BR',
    subject: '{feature}: o último dia é {endDate}',
    subjectTomorrow: '{feature}: amanhã, {endDate}, é o último dia',
    subjectMoved: '{feature}: o último dia agora é {endDate}',
    subjectDone: '{feature}: o que foi feito com suas conversas',
    greeting: 'Olá,',
    ends: 'Para você, o último dia de {feature} é {endDate}.',
    endsTomorrow: 'Amanhã, {endDate}, é para você o último dia de {feature}.',
    moved: 'A data mudou. Para você, o último dia de {feature} agora é {endDate}, mais tarde do que avisamos.',
    done: 'O último dia de {feature} passou. {disabled} {kept}',
    concerns: 'Trata-se de {chats}.',
    changes: 'O que muda',
    data: 'O que acontece com o que você não salvou',
    save: 'Como salvar',
    reason: 'Por quê',
    alternatives: 'Se você quer continuar escrevendo com criptografia',
    support: 'Perguntas: {supportUrl} ou {supportEmail}',
    why: 'Você recebe esta mensagem porque ela diz respeito a conversas suas. Os lembretes podem ser interrompidos; o primeiro aviso e o último são enviados a todas as pessoas envolvidas.',
    never: 'Nunca pedimos sua senha nem uma chave, e não há nada para baixar desta mensagem.',
    chats: (count) => (count === 1 ? 'uma conversa criptografada' : `${count} conversas criptografadas`),
    disabled: (count) =>
      count === 1
        ? 'A criptografia foi desativada em uma conversa.'
        : `A criptografia foi desativada em ${count} conversas.`,
    kept: (count) => (count === 0 ? '' : count === 1 ? 'Uma conversa não mudou.' : `${count} conversas não mudaram.`),
  },
};
