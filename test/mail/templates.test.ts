/** The messages as people get them: every stage in every language, filled in as SES does it, without escaping. */
import handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';

import { type Language, LANGUAGES } from '../../functions/domain/language.ts';
import { type Plan } from '../../functions/domain/plan.ts';
import { type LocalDate, localDate } from '../../functions/domain/time.ts';
import { doneValues, type MailTemplate, mailTemplates, noticeValues } from '../../functions/mail/templates.ts';
import { aPlan, END, PLAN } from '../domain/examples.ts';

interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
const PARTS = ['subject', 'html', 'text'] as const;

const render = (part: string, values: object) => handlebars.compile(part, { noEscape: true, strict: true })(values);

function valuesOf({ stage, language }: MailTemplate, endDate: LocalDate = END): Record<string, string> {
  return stage === 'done'
    ? doneValues(language, { endDate, disabled: 3, kept: 2 })
    : noticeValues(language, { endDate, chats: 4 });
}
function mailOf(template: MailTemplate, values: object = valuesOf(template)): Mail {
  const { subject, html, text } = template;
  return { subject: render(subject, values), html: render(html, values), text: render(text, values) };
}
/** What a person sees of the HTML. */
function seen(html: string): string {
  const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
  return html
    .replace(/<head>[\s\S]*<\/head>/, '')
    .replaceAll(/<\/(p|h2|body)>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => signs[name] ?? '');
}
const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim().toLowerCase();

const TEMPLATES = mailTemplates(PLAN);
const named = (templates: readonly MailTemplate[]) =>
  templates.map((template) => [`${template.stage}/${template.language}`, template] as const);
const NOTICES = TEMPLATES.filter(({ stage }) => stage !== 'done');
const DONE = TEMPLATES.filter(({ stage }) => stage === 'done');

/** 19 May 2026, written down and not computed. Editions of the languages' data differ in commas. */
const LONG: Readonly<Record<Language, RegExp>> = {
  en: /Tuesday,? 19 May 2026/,
  de: /Dienstag, 19\. Mai 2026/,
  es: /martes, 19 de mayo de 2026/,
  fr: /mardi 19 mai 2026/,
  'pt-BR': /terça-feira, 19 de maio de 2026/,
};
const TOMORROW: Readonly<Record<Language, RegExp>> = {
  en: /tomorrow/i,
  de: /morgen/i,
  es: /mañana/i,
  fr: /demain/i,
  'pt-BR': /amanhã/i,
};
const own = (text: Readonly<Record<string, string>>, language: Language) => text[language] ?? '';

it('there is a message for each stage of the ladder, the correction and the end, in each language', () => {
  const stages = [...PLAN.stages.map(({ name }) => name), 'moved', 'done'];
  expect(stages).toEqual(['d35', 'd14', 'd7', 'd1', 'moved', 'done']);
  expect(TEMPLATES.map(({ stage, language }) => `${stage}/${language}`).sort()).toEqual(
    stages.flatMap((stage) => LANGUAGES.map((language) => `${stage}/${language}`)).sort(),
  );
});

describe.each(named(TEMPLATES))('%s', (_, template) => {
  const { language } = template;
  const mail = mailOf(template);

  it('is rendered whole: SES finds each variable, and none is left', () => {
    for (const part of PARTS) {
      expect(mail[part]).not.toMatch(/[{}]|undefined|null|NaN/);
      expect(mail[part].length).toBeGreaterThan(20);
    }
  });

  it('uses of the template language its plain variables only, and those that notify fills in', () => {
    const used = PARTS.flatMap((part) => template[part].match(/\{\{.*?\}\}/g) ?? []);
    expect(used.length).toBeGreaterThan(0);
    const known = Object.keys(valuesOf(template)).map((name) => `{{${name}}}`);
    expect(used.filter((variable) => !known.includes(variable))).toEqual([]);
    for (const variable of new Set(used)) {
      const { [variable.slice(2, -2)]: _gone, ...rest } = valuesOf(template);
      expect(() => mailOf(template, rest)).toThrow(variable.slice(2, -2));
    }
  });

  it('says the same in HTML and in text', () => {
    expect(flat(seen(mail.html))).toBe(flat(mail.text));
  });

  it('is marked with its language', () => expect(mail.html).toContain(`<html lang="${language}">`));

  it('fits a subject on one line, without a line break', () => {
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.subject.length).toBeLessThanOrEqual(160);
  });

  it('says why, what else there is, whom to ask and who has sent it', () => {
    expect(mail.text).toContain(own(PLAN.reason, language));
    for (const { name, description } of PLAN.alternatives)
      expect(mail.text).toContain(`${name}: ${own(description, language)}`);
    for (const each of [PLAN.support.url, PLAN.support.email, PLAN.sender.name, PLAN.sender.postalAddress])
      expect(mail.text).toContain(each);
  });

  it('has no link, picture or form but the link to the support page', () => {
    expect([...mail.html.matchAll(/href="([^"]*)"/g)].map(([, address]) => address)).toEqual([PLAN.support.url]);
    expect(mail.html).not.toMatch(/<(img|form|input|button|script|style|link|iframe)|url\(|\ssrc=/i);
    expect(mail.text.match(/https?:\/\/\S+/g)).toEqual([PLAN.support.url]);
  });

  it('carries a name that SES allows and that goes with its content', () => {
    expect(template.name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(template.name.startsWith(`instagram-e2ee-${template.stage}-${language}-`)).toBe(true);
  });

  it('says no number of days: it may be read, and sent, a day later', () => {
    expect(mail.subject + mail.text.split('\n\n')[1]).not.toMatch(
      /\b(in|noch|en|dans|em|faltan|reste|restent)\s+\d+\s+(days?|tagen?|días?|jours?|dias?)\b/i,
    );
  });
});

describe.each(named(NOTICES))('%s tells people what they have to know:', (_, template) => {
  const { stage, language } = template;
  const mail = mailOf(template);

  it('the date, in their language, in subject, text and HTML alike', () => {
    for (const part of PARTS) expect(mail[part]).toMatch(LONG[language]);
    const other = mailOf(template, valuesOf(template, localDate('2026-06-09')));
    for (const part of PARTS) expect(other[part]).not.toMatch(LONG[language]);
  });

  it('the date before everything else', () => {
    const [greeting = '', lead = ''] = mail.text.split('\n\n');
    expect(greeting.length).toBeLessThan(20);
    expect(lead).toMatch(LONG[language]);
  });

  it('what happens to what they have not saved, and what changes', () => {
    expect(mail.text).toContain(own(PLAN.dataFate, language));
    expect(mail.text).toContain(own(PLAN.whatChanges, language));
  });

  it('where in the app they save it, and that we ask for no password, key or download (promise 15)', () => {
    expect(mail.text).toContain(own(PLAN.exportInstructions, language));
    const never = {
      en: /never ask for your password or a key.*nothing to download/,
      de: /nie nach deinem Passwort oder einem Schlüssel.*nichts zu laden/,
      es: /nunca te pedimos tu contraseña ni una clave.*nada que descargar/i,
      fr: /ne demandons jamais votre mot de passe ni une clé.*rien à télécharger/,
      'pt-BR': /nunca pedimos sua senha nem uma chave.*nada para baixar/i,
    };
    expect(mail.text).toMatch(never[language]);
  });

  it('how many of their chats it is about', () => expect(mail.text).toMatch(/\b4\b/));

  it('"tomorrow" the day before, and on no other day (promise 10)', () => {
    const said = TOMORROW[language];
    // In Spanish and German the word has other meanings, so it is looked for where the date stands.
    const where = mail.subject + mail.text.split('\n\n')[1];
    if (stage === 'd1') expect(where).toMatch(said);
    else expect(where).not.toMatch(said);
  });
});

describe('password, key and download', () => {
  const ASKED: Readonly<Record<Language, RegExp>> = {
    en: /password|\bkeys?\b|\bdownload/i,
    de: /passwort|schlüssel\b|\bladen\b/i,
    es: /contraseña|\bclave|descargar?\b/i,
    fr: /mot de passe|\bclé\b|télécharger/i,
    'pt-BR': /\bsenha|\bchave|\bbaixar/i,
  };
  it.each(named(TEMPLATES))(
    '%s names them only to say that nobody asks for them, or where in the app it is',
    (_, template) => {
      const { language } = template;
      const path = own(PLAN.exportInstructions, language);
      const sentences = mailOf(template)
        .text.replaceAll(path, '')
        .split(/(?<=[.:])\s/);
      const asking = sentences.filter((sentence) => ASKED[language].test(sentence));
      expect(asking.filter((sentence) => !/never|\bnie\b|nunca|jamais/i.test(sentence))).toEqual([]);
      expect(asking.length).toBe(template.stage === 'done' ? 0 : 1);
    },
  );
});

describe('the correction', () => {
  const LATER: Readonly<Record<Language, RegExp>> = {
    en: /has changed.*later than/,
    de: /geändert.*später als/,
    es: /ha cambiado.*más tarde/,
    fr: /a changé.*plus tard/,
    'pt-BR': /mudou.*mais tarde/,
  };
  it.each(LANGUAGES)('in %s says that the date has changed, and to a later one', (language) => {
    const template = TEMPLATES.find((each) => each.stage === 'moved' && each.language === language)!;
    expect(mailOf(template).text).toMatch(LATER[language]);
  });
});

describe.each(named(DONE))('%s', (_, template) => {
  const { language } = template;
  const told = (disabled: number, kept: number) =>
    mailOf(template, doneValues(language, { endDate: END, disabled, kept })).text.split('\n\n')[1] ?? '';

  it('says how many chats were disabled and how many were not', () => {
    expect(told(3, 2)).toMatch(/\b3\b.*\b2\b/);
    expect(told(17, 0)).toMatch(/\b17\b/);
    expect(told(17, 0)).not.toMatch(/\b0\b/);
  });

  it('has a sentence of its own for one', () => {
    expect(told(1, 0)).not.toBe(told(2, 0).replace('2', '1'));
    expect(told(3, 1)).not.toBe(told(3, 2).replace('2', '1'));
  });
});

describe('numbers of chats', () => {
  it.each(LANGUAGES)('in %s are written as people do, one and many', (language) => {
    const chats = (count: number) => noticeValues(language, { endDate: END, chats: count })['chats'];
    expect(chats(1)).not.toMatch(/\d/);
    expect(chats(2)).toMatch(/^2 /);
    expect(chats(250)).toMatch(/^250 /);
  });
});

describe('the date', () => {
  it.each(LANGUAGES)('in %s is the same on whatever machine it is written', (language) => {
    const date = (text: string) => noticeValues(language, { endDate: localDate(text), chats: 1 })['endDate'];
    expect(date('2026-05-19')).toMatch(new RegExp(`^${LONG[language].source}$`));
    expect(date('2026-01-01')).toContain('2026');
    expect(date('2025-12-31')).toContain('2025');
  });
});

describe('a plan that says something strange', () => {
  const EVIL = `<b onclick="x('y')">{{#each this}}&amp;{{secret}} & more`;
  const strange: Plan = aPlan({
    reason: { en: EVIL },
    dataFate: { en: EVIL },
    exportInstructions: { en: EVIL },
    whatChanges: { en: EVIL },
    feature: { en: EVIL },
    alternatives: [{ name: 'A & B <i>', description: { en: EVIL } }],
    sender: { ...PLAN.sender, name: 'C & D', postalAddress: '<hr>1 {{Street}}' },
  });
  const letters = named(mailTemplates(strange));

  it.each(letters)('%s shows its markup instead of following it', (_, template) => {
    const { html } = mailOf(template);
    expect(html).not.toMatch(/<b\b|<i>|<hr>/);
    expect(html).toContain('&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;');
    expect(html).toContain('A &amp; B &lt;i&gt;');
    expect(seen(html)).toContain('&amp;');
  });

  it.each(letters)('%s writes what looks like a variable, and reads none of it', (_, template) => {
    const used = new Set(PARTS.flatMap((part) => template[part].match(/\{\{+.*?\}\}/g) ?? []));
    const known = Object.keys(valuesOf(template)).map((name) => `{{${name}}}`);
    expect([...used].filter((variable) => !known.includes(variable))).toEqual([]);
    expect(() => mailOf(template)).not.toThrow();
    expect(flat(seen(mailOf(template).html))).toBe(flat(mailOf(template).text));
  });

  it.each(['{{chats}} and {{disabled}}', '{{{secret}}}'])('reads none of %s', (text) => {
    const templates = mailTemplates(aPlan({ reason: { en: text } }));
    expect(() => templates.forEach((template) => mailOf(template))).not.toThrow();
  });

  it('falls back to English where a text is missing in a language', () => {
    const [plain] = mailTemplates(aPlan({ reason: { en: 'Because.' } })).filter(({ language }) => language === 'fr');
    expect(plain?.text).toContain('Because.');
  });
});

describe('a template’s name', () => {
  const names = (plan: Plan) =>
    new Map(mailTemplates(plan).map(({ stage, language, name }) => [`${stage}/${language}`, name]));

  it('belongs to one message', () => expect(new Set(names(PLAN).values()).size).toBe(TEMPLATES.length));

  it('is the same for the same content, and another for another: nobody is sent a text that was changed behind the plan', () => {
    expect(names(aPlan({}))).toEqual(names(PLAN));
    const changed = names(aPlan({ dataFate: { ...PLAN.dataFate, de: 'Anders.' } }));
    const differ = [...names(PLAN)].filter(([key, name]) => changed.get(key) !== name).map(([key]) => key);
    expect(differ.sort()).toEqual(['d35/de', 'd14/de', 'd7/de', 'd1/de', 'moved/de'].sort());
  });

  const refusedBySes = (names: Iterable<string>) => [...names].filter((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name));
  const longest = (sunset: number) =>
    aPlan({ sunset: 'a'.repeat(sunset), stages: [{ name: 'd365', days: 365, required: true }] });

  it('is no longer than SES allows for the longest name that a plan may have', () => {
    expect(refusedBySes(names(longest(32)).values())).toEqual([]);
  });
});
