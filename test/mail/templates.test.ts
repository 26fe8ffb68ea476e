/** The letters as people get them: every stage in every language, filled in as SES does it, without escaping. */
import { createHash } from 'node:crypto';

import handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';

import { renderer, type TemplateParts } from '../../bin/local/cloud/rendering.ts';
import { type Language, LANGUAGES } from '../../functions/domain/language.ts';
import type { Localised, Plan } from '../../functions/domain/plan.ts';
import { localDate } from '../../functions/domain/time.ts';
import { CATALOGUES } from '../../functions/mail/catalogue.ts';
import { checkMail, type MailTemplate, mailTemplates, templateOf } from '../../functions/mail/templates.ts';
import { type About, type MailValues, sharedValues, valuesOf } from '../../functions/mail/values.ts';
import { aPlan, BERLIN, END, PLAN } from '../domain/examples.ts';

type Letter = TemplateParts<string>;
const PARTS = ['subject', 'html', 'text'] as const;
const LINK = 'https://notices.example.com/p/AbC_123-xyz';

function valuesFor(
  { stage, language }: Pick<MailTemplate, 'stage' | 'language'>,
  changes: Partial<About> = {},
): MailValues {
  const counts = stage === 'done' ? { disabled: 3, kept: 2 } : { chats: 4 };
  const about: About = { endDate: END, locale: null, zone: BERLIN, link: LINK, counts, ...changes };
  return { ...sharedValues(language, about.endDate), ...valuesOf(language, about) };
}
const letterOf = (template: MailTemplate, values: MailValues = valuesFor(template)): Letter =>
  renderer<string>(template)(values);

/** One of ours, with its placeholders filled in as a letter has them. */
function said(language: Language, key: string, values: Readonly<Record<string, string>> = {}): string {
  const all: Readonly<Record<string, string>> = {
    senderName: PLAN.sender.name,
    senderAddress: PLAN.sender.address,
    supportEmail: PLAN.support.email,
    supportUrl: PLAN.support.url,
    ...values,
  };
  return (CATALOGUES[language][key] ?? '').replaceAll(/\{(\w+)\}/g, (_, name: string) => all[name] ?? '');
}
const own = (text: Localised, language: Language) => text[language] ?? '';
const inAll = (text: string): Localised => Object.fromEntries(LANGUAGES.map((language) => [language, text]));

/** Lines and rules are drawn in one part and written in the other. */
const flat = (text: string) => text.replaceAll(/-{5,}/g, '').replaceAll(/\s+/g, ' ').trim();

interface Read {
  /** As they are seen, in the order of the text part: a link is followed by its address. */
  readonly words: string;
  readonly elements: readonly string[];
  readonly links: readonly string[];
}
const TOKEN = /<!--[^<>]*-->|<!DOCTYPE [^<>]*>|<(\/?)(\w+)((?: [\w-]+="[^"<>]*")*)\/?>|([^<>]+)/gsy;
const EMPTY = new Set(['br', 'hr', 'meta']);
const IN_LINE = new Set(['a', 'span', 'strong']);
const SIGNS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#x27': "'" };

/** Reads HTML as strictly as it is written here. @throws for what does not fit, as a sign of markup within a text */
function read(html: string): Read {
  const open: { name: string; hidden: boolean; href: string | undefined; from: number }[] = [];
  const elements: string[] = [];
  const links: string[] = [];
  let words = '';
  const text = (raw: string) =>
    raw.replaceAll(/&([^;\s]*);?/g, (found, name: string) => {
      const sign = SIGNS[name];
      if (sign === undefined) throw new Error(`${found} is no sign`);
      return sign;
    });
  const source = html.replace(/<style>[^<]*<\/style>/, '');
  let at = 0;
  for (const [token, slash, name, attributes = '', content] of source.matchAll(TOKEN)) {
    at += token.length;
    const isHidden = open.some(({ hidden }) => hidden);
    if (content !== undefined && !isHidden) words += text(content);
    if (name === undefined) continue;
    if (!IN_LINE.has(name)) words += '\n';
    if (slash === '/') {
      const closed = open.pop();
      if (closed?.name !== name) throw new Error(`</${name}> closes ${closed?.name}`);
      if (closed.href !== undefined && words.slice(closed.from) !== closed.href) words += ` ${closed.href}`;
      continue;
    }
    elements.push(name);
    const href = /(?<= href=")[^"]*/.exec(attributes)?.[0];
    if (href !== undefined) links.push(text(href));
    const hidden = name === 'head' || attributes.includes('data-skip-in-text');
    if (!EMPTY.has(name)) open.push({ name, hidden, href: href && text(href), from: words.length });
  }
  if (at < source.length) throw new Error(`no HTML of ours: ${source.slice(at, at + 80)}`);
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return { words, elements, links };
}

const TEMPLATES = mailTemplates(PLAN);
const named = (templates: readonly MailTemplate[]) =>
  templates.map((template) => [`${template.stage}/${template.language}`, template] as const);
const of = (stage: string, language: Language, plan: Plan = PLAN) => letterOf(templateOf(plan, stage, language));
const NOTICES = TEMPLATES.filter(({ stage }) => stage !== 'done');
const DONE = TEMPLATES.filter(({ stage }) => stage === 'done');

/** 19 May 2026, written down and not computed. Editions of the languages' data differ in commas. */
const LONG: Readonly<Record<Language, RegExp>> = {
  en: /Tuesday,? 19 May 2026/,
  ar: /الثلاثاء،? 19 مايو 2026/,
  de: /Dienstag, 19\. Mai 2026/,
  es: /martes, 19 de mayo de 2026/,
  fr: /mardi 19 mai 2026/,
  hi: /मंगलवार, 19 मई 2026/,
  id: /Selasa, 19 Mei 2026/,
  it: /martedì 19 maggio 2026/,
  ja: /2026年5月19日火曜日/,
  ko: /2026년 5월 19일 화요일/,
  'pt-BR': /terça-feira, 19 de maio de 2026/,
  tr: /19 Mayıs 2026 Salı/,
};
const SHORT: Readonly<Record<Language, string>> = {
  en: '19 May',
  ar: '19 مايو',
  de: '19. Mai',
  es: '19 de mayo',
  fr: '19 mai',
  hi: '19 मई',
  id: '19 Mei',
  it: '19 maggio',
  ja: '5月19日',
  ko: '5월 19일',
  'pt-BR': '19 de maio',
  tr: '19 Mayıs',
};

it('there is a letter for each stage of the ladder, the correction and the end, in each language', () => {
  const stages = [...PLAN.stages.map(({ name }) => name), 'moved', 'done'];
  expect(stages).toEqual(['d35', 'd14', 'd7', 'd1', 'moved', 'done']);
  expect(TEMPLATES.map(({ stage, language }) => `${stage}/${language}`).sort()).toEqual(
    stages.flatMap((stage) => LANGUAGES.map((language) => `${stage}/${language}`)).sort(),
  );
});

interface Node {
  readonly type: string;
  readonly escaped?: boolean;
  readonly path?: Node & { readonly original: string };
  readonly params?: readonly (Node & { readonly original: string })[];
  readonly hash?: unknown;
  readonly program?: { readonly body: readonly Node[] };
  readonly inverse?: unknown;
}
/** Of a part of a template. @throws where it does more than to write a variable, or a text if there is one */
function variablesOf(part: string): string[] {
  const variables = (body: readonly Node[]): string[] =>
    body.flatMap(({ type, escaped, path, params = [], hash, program, inverse }) => {
      if (type === 'ContentStatement') return [];
      const plain = hash === undefined && [path, ...params].every((each) => each?.type === 'PathExpression');
      if (type === 'MustacheStatement' && plain && escaped === true && params.length === 0)
        return [path?.original ?? ''];
      if (type === 'BlockStatement' && plain && path?.original === 'if' && params.length === 1 && inverse === undefined)
        return [params[0]?.original ?? '', ...variables(program?.body ?? [])];
      throw new Error(`a ${type} is more than our letters need`);
    });
  return [...new Set(variables((handlebars.parse(part) as unknown as { body: readonly Node[] }).body))];
}
const variablesIn = (template: MailTemplate) => [...new Set(PARTS.flatMap((part) => variablesOf(template[part])))];
/** Of a number in one of its plural forms. */
const PLURAL = /^(?:chats|disabled|kept)_(?:zero|one|two|few|many|other)$/;

/** What an element of HTML, or a style, could fetch, ask for or run. */
const FOREIGN =
  /<(?:img|form|input|button|textarea|select|script|link|iframe|object|embed|svg|video|audio|base)\b|url\(|@import|@font-face|\ssrc=|\sbackground=|\son\w+=|javascript:|http-equiv="refresh"/i;

describe.each(named(TEMPLATES))('%s', (_, template) => {
  const { stage, language } = template;
  const letter = letterOf(template);

  it('is rendered whole: SES finds each variable, and none is left', () => {
    for (const part of PARTS) {
      expect(letter[part]).not.toMatch(/undefined|\bnull\b|NaN|\[object|\[\[/);
      expect(part === 'html' ? read(letter.html).words : letter[part]).not.toMatch(/[{}]/);
      expect(letter[part].length).toBeGreaterThan(20);
    }
  });

  it('uses of the template language variables and "if" alone, and those variables that notify fills in', () => {
    const [used, given] = [variablesIn(template), Object.keys(valuesFor(template))];
    expect(used.filter((variable) => !given.includes(variable))).toEqual([]);
    const unused = stage === 'done' ? ['endDay', 'zone', 'link'] : [];
    expect(given.filter((variable) => !used.includes(variable))).toEqual(unused);
  });

  it('is not rendered where a date, a zone or the link is missing', () => {
    const needed = variablesIn(template).filter((variable) => !PLURAL.test(variable));
    expect(needed.sort()).toEqual(stage === 'done' ? ['endDate'] : ['endDate', 'endDay', 'link', 'zone']);
    for (const variable of needed) {
      const { [variable]: _gone, ...rest } = valuesFor(template);
      expect(() => letterOf(template, rest)).toThrow(`"${variable}" not defined`);
    }
  });

  it('says the same in HTML and in text', () => expect(flat(read(letter.html).words)).toBe(flat(letter.text)));

  it('is marked with its language and its direction, where mail programs keep it too', () => {
    const direction = language === 'ar' ? 'rtl' : 'ltr';
    const marks = ['html', 'body', 'td'].map((name) => new RegExp(`<${name} [^>]*>`).exec(letter.html)?.[0]);
    for (const mark of marks) {
      expect(mark).toContain(` lang="${language}"`);
      expect(mark).toContain(` dir="${direction}"`);
    }
  });

  it('has a heading, which is its subject, sections under headings, and a word for the list of mails', () => {
    const { elements } = read(letter.html);
    expect(elements.filter((name) => name === 'h1')).toHaveLength(1);
    expect(elements.filter((name) => name === 'h2').length).toBeGreaterThanOrEqual(6);
    const escaped = letter.subject.replaceAll('&', '&amp;');
    expect(letter.html).toContain(`<title>${escaped}</title>`);
    expect(letter.html).toMatch(new RegExp(`<h1 [^>]*>${escaped.replaceAll(/[.()]/g, '\\$&')}</h1>`));
    expect(letter.html).toMatch(/<div data-skip-in-text="true" style="display:none;[^"]*">[^<]{10,}<\/div>/);
  });

  it('says why, what else there is, whom to ask and who has sent it', () => {
    expect(letter.text).toContain(own(PLAN.reason, language));
    for (const { name, description } of PLAN.alternatives)
      expect(letter.text).toContain(`${name}: ${own(description, language)}`);
    const { support, sender } = PLAN;
    for (const each of [support.url, support.email, sender.name, sender.address, sender.postalAddress])
      expect(letter.text).toContain(each);
  });

  it('has no link but those to the support page and to the person’s own page, which the last letter does not need', () => {
    const wanted = stage === 'done' ? [PLAN.support.url] : [PLAN.support.url, LINK];
    expect([...new Set(read(letter.html).links)].sort()).toEqual(wanted.sort());
    expect([...new Set(letter.text.match(/https?:\/\/[\w./-]*\w/g))].sort()).toEqual(wanted);
    expect(letter.html.split(LINK)).toHaveLength(stage === 'done' ? 1 : 2);
    expect(letter.subject).not.toMatch(/https?:|www\./);
  });

  it('has no picture, form, script or font, and nothing that is fetched', () => {
    expect(letter.html).not.toMatch(FOREIGN);
    expect(letter.html.match(/<style>/g)).toHaveLength(1);
  });

  it('is small enough to be shown whole', () => {
    const values = valuesFor(template, { link: `https://notices.example.com/p/${'x'.repeat(400)}`, locale: 'fa-IR' });
    expect(Buffer.byteLength(letterOf(template, values).html)).toBeLessThan(102 * 1024);
  });

  it('carries the hash of its content, and a name with it that SES allows', () => {
    const { subject, html, text, name, hash } = template;
    expect(hash).toBe(createHash('sha256').update(JSON.stringify({ subject, html, text })).digest('hex'));
    expect(name).toBe(`instagram-e2ee-${stage}-${language}-${hash.slice(0, 12)}`);
    expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });
});

describe('what every letter is held to can fail:', () => {
  const { html, text } = of('d35', 'en');
  const template = templateOf(PLAN, 'd35', 'en');

  it.each(['{{#each this}}x{{/each}}', '{{{link}}}', '{{#if a}}x{{else}}y{{/if}}', '{{lookup a b}}', '{{> part}}'])(
    'more of the template language than is ours, %s, is seen',
    (mark) => expect(() => variablesIn({ ...template, text: text + mark })).toThrow('more than our letters need'),
  );

  it('a sentence in one part only is seen', () => {
    expect(flat(read(html.replace('There is no hurry', 'Hurry')).words)).not.toBe(flat(text));
    expect(flat(read(html).words)).not.toBe(flat(text.replace('There is no hurry', 'Hurry')));
  });

  it.each([
    ['<b>', '</h1>', '<b></h1>'],
    ['a sign that was not escaped', 'What this means', 'What <this means'],
    ['an "&" that was not escaped', 'What this means', 'What & this means'],
    ['a quote in an attribute', 'class="ink"', 'class="i"nk"'],
  ])('%s in the HTML is seen', (_, was, is) => {
    expect(() => read(html.replace(was, is))).toThrow(/./);
  });

  it.each(['<img src="x">', '<p style="background:url(x)">', '<form>', '<a href="javascript:1">', '<p onclick="1">'])(
    '%s in the HTML is seen',
    (element) => expect(html + element).toMatch(FOREIGN),
  );

  it('a link to elsewhere is seen', () => {
    expect(read(html.replace('</h1>', '<a href="https://example.org">x</a></h1>')).links).toContain(
      'https://example.org',
    );
  });
});

type Place = readonly [part: string, words: string];

/** The parts of a letter in the order in which a reader needs them. */
function partsOf({ stage, language }: MailTemplate): Place[] {
  const [alternative] = PLAN.alternatives;
  const day = valuesFor({ stage, language })['endDate'] ?? '';
  const form = language === 'ar' ? 'few' : 'other';
  const instead = `${alternative?.name}: ${own(alternative?.description ?? {}, language)}`;
  const first: Place[] =
    stage === 'done'
      ? [
          ['what has ended', said(language, 'label.ended')],
          ['when', day],
          ['what was done with how many chats', said(language, `done.disabled.${form}`, { disabled: '3' })],
          ['what happens to chats that were not saved', own(PLAN.dataFate, language)],
          ['what to do', said(language, 'done.todo')],
        ]
      : [
          ['what ends', said(language, 'label.ends')],
          ['when', day],
          ['what that means', own(PLAN.whatChanges, language)],
          ['what happens to chats that were not saved', own(PLAN.dataFate, language)],
          ['how many chats', said(language, `count.${form}`, { chats: '4' })],
          ['what to do', own(PLAN.exportInstructions, language)],
        ];
  return [
    ...first,
    ['where to go instead', instead],
    ['why', own(PLAN.reason, language)],
    ['how to check', own(PLAN.authenticity, language)],
  ];
}
/** Those that are there, by where they stand. */
function orderIn(words: string, parts: readonly Place[]): string[] {
  const places = parts.map(([part, sought]) => ({ part, at: flat(words).indexOf(flat(sought)) }));
  return places
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ part }) => part);
}

describe('the order of what a letter says', () => {
  it.each(named(TEMPLATES))('in %s is what ends and when, then what it means, then what to do', (_, template) => {
    const { html, text } = letterOf(template);
    const parts = partsOf(template);
    const wanted = parts.map(([part]) => part);
    expect(orderIn(text, parts)).toEqual(wanted);
    expect(orderIn(read(html).words, parts)).toEqual(wanted);
  });

  it('would be seen to be another, and a part to be missing', () => {
    const template = templateOf(PLAN, 'd35', 'en');
    const parts = partsOf(template);
    const { text } = letterOf(template);
    const [why, todo] = [own(PLAN.reason, 'en'), own(PLAN.exportInstructions, 'en')];
    const exchanged = text.replace(why, '…').replace(todo, why).replace('…', todo);
    expect(orderIn(exchanged, parts)).not.toEqual(parts.map(([part]) => part));
    expect(orderIn(text.replace(why, ''), parts)).not.toContain('why');
  });
});

describe.each(named(NOTICES))('%s tells people what they have to know:', (_, template) => {
  const { language } = template;
  const { subject, html, text } = letterOf(template);

  it('the date, in their language, in subject, text and HTML alike', () => {
    expect(subject).toContain(SHORT[language]);
    for (const words of [text, read(html).words]) expect(words).toMatch(LONG[language]);
    const other = letterOf(template, valuesFor(template, { endDate: localDate('2026-06-09') }));
    for (const part of PARTS) {
      expect(other[part]).not.toMatch(LONG[language]);
      expect(other[part]).not.toContain(SHORT[language]);
    }
  });

  it('the date, with the zone in which it ends, before any sentence', () => {
    const facts = text.split('\n\n')[2] ?? '';
    expect(facts).toMatch(LONG[language]);
    expect(facts).toContain(BERLIN);
    expect(facts.split('\n')).toHaveLength(4);
  });

  it('where in the app they save what they want to keep, and that the message is no way in (promise 15)', () => {
    expect(text).toContain(own(PLAN.exportInstructions, language));
    expect(text).toContain(said(language, 'never'));
  });

  it('where they can choose, and that to look is not to choose', () => {
    expect(text).toContain(said(language, 'choices'));
    expect(text).toContain(`${said(language, 'choices.link')} ${LINK}`);
  });
});

describe('the date of a person who writes it otherwise', () => {
  it.each<[string, Language, string, string]>([
    ['en-US', 'en', 'May 19', 'Tuesday, May 19, 2026'],
    ['ar-EG', 'ar', '١٩ مايو', '١٩ مايو ٢٠٢٦'],
  ])('stands in each part of the letter instead: %s', (locale, language, short, long) => {
    for (const stage of ['d35', 'd1', 'moved']) {
      const template = templateOf(PLAN, stage, language);
      const { subject, html, text } = letterOf(template, valuesFor(template, { locale }));
      expect(subject).toContain(short);
      for (const part of [text, html]) expect(part).toContain(long);
      for (const part of [subject, text, html]) expect(part).not.toContain(SHORT[language]);
    }
  });
});

describe('nobody is asked for a password, a key or a download (promise 15)', () => {
  const NEVER: Readonly<Record<Language, RegExp>> = {
    en: /never ask for your password or a key.*no attachment and no link to log in/,
    ar: /لا نطلب أبدًا كلمة مرورك ولا أي مفتاح.*مرفق.*تسجيل الدخول/,
    de: /nie nach deinem Passwort oder einem Schlüssel.*weder einen Anhang noch einen Link zum Anmelden/,
    es: /Nunca te pedimos tu contraseña ni ninguna clave.*no lleva archivos adjuntos ni enlaces para iniciar sesión/,
    fr: /ne vous demandons jamais votre mot de passe ni une clé.*ni pièce jointe ni lien de connexion/,
    hi: /कभी आपका पासवर्ड या कोई गुप्त कुंजी नहीं.*न कोई अटैचमेंट.*न ही लॉग इन/,
    id: /tidak pernah meminta kata sandi atau kunci.*tidak memuat lampiran ataupun tautan untuk login/,
    it: /Non ti chiediamo mai la password né alcuna chiave.*non contiene allegati né link per accedere/,
    ja: /パスワードや暗号化キーをお尋ねすることは決してありません.*添付ファイルも、ログイン用のリンクもありません/,
    ko: /비밀번호나 암호화 키를 절대 묻지 않습니다.*첨부 파일도, 로그인 링크도 없습니다/,
    'pt-BR': /Nunca pedimos sua senha nem nenhuma chave.*não tem anexos nem links para fazer login/,
    tr: /hiçbir zaman parolanızı ya da bir anahtar istemeyiz.*ne ek ne de oturum açma bağlantısı/,
  };
  const word = (pattern: string) => new RegExp(`(?<![\\p{L}\\p{M}])(?:${pattern})(?![\\p{L}\\p{M}])`, 'iu');
  /** What phishers ask for, and what tells that it is not asked for. */
  const ASKED: Readonly<Record<Language, readonly [asked: RegExp, denied: RegExp]>> = {
    en: [word('passwords?|keys?|log ?in|sign in|attachments?|downloads?'), word('never|no')],
    ar: [/مرور|مفتاح|تسجيل الدخول|مرفق|تنزيل/, /(?<!\p{L})(?:لا|ليس|وليس)(?!\p{L})/u],
    de: [word('passw\\p{L}+|schlüssels?|anmelden|anhang|herunterladen|laden'), word('nie|kein\\p{L}*|weder')],
    es: [word('contraseñas?|claves?|iniciar sesión|adjuntos?|descargar?'), word('nunca|no|ningun[ao]|ninguna')],
    fr: [word('mots? de passe|clés?|connexion|pièces? jointes?|télécharge[rz]?'), word('jamais|aucun|ni')],
    hi: [/पासवर्ड|कुंजी|लॉग ?इन|अटैचमेंट|डाउनलोड/, /नहीं|न कोई|न ही/],
    id: [word('kata sandi|kunci|login|masuk|lampiran|unduh'), word('tidak')],
    it: [word('password|chiav[ei]|accedere|allegat[oi]|scaricare?'), word('mai|non|nessun\\p{L}?')],
    ja: [/パスワード|暗号化キー|ログイン|添付|ダウンロード/, /ません|不要/],
    ko: [/비밀번호|암호화 키|로그인|첨부|다운로드/, /않|없/],
    'pt-BR': [word('senhas?|chaves?|login|anexos?|baixar?'), word('nunca|não|nem|nenhuma?')],
    tr: [/(?<!\p{L})(?:parola|anahtar|oturum aç|ek(?!\p{L})|indir)/iu, /hiçbir|istemeyen|ne ek ne de/],
  };
  function asking(language: Language, text: string): { all: number; open: string[] } {
    const [asked, denied] = ASKED[language];
    // Where in the app it is, a plan says.
    const ours = [PLAN.exportInstructions, PLAN.authenticity].reduce(
      (rest, each) => rest.replaceAll(own(each, language), ''),
      text,
    );
    const sentences = ours.split(/(?<=[.:?!।؟。？])\s*|\n+/).filter((sentence) => asked.test(sentence));
    return { all: sentences.length, open: sentences.filter((sentence) => !denied.test(sentence)) };
  }

  it.each(named(TEMPLATES))('in %s, which says so', (_, template) => {
    const { language } = template;
    const { text } = letterOf(template);
    expect(text).toMatch(NEVER[language]);
    const { all, open } = asking(language, text);
    expect(open).toEqual([]);
    expect(all).toBeGreaterThan(0);
  });

  it.each<[Language, string]>([
    ['en', 'Please log in with your password.'],
    ['ar', 'نرجو إدخال كلمة مرورك هنا.'],
    ['de', 'Bitte gib hier dein Passwort ein.'],
    ['es', 'Escribe aquí tu contraseña.'],
    ['fr', 'Saisissez votre clé ici.'],
    ['hi', 'कृपया अपना पासवर्ड यहाँ लिखें।'],
    ['id', 'Masukkan kata sandi Anda di sini.'],
    ['it', 'Inserisci qui la tua password.'],
    ['ja', 'こちらにパスワードを入力してください。'],
    ['ko', '여기에 비밀번호를 입력해 주세요.'],
    ['pt-BR', 'Digite sua senha aqui.'],
    ['tr', 'Lütfen parolanızı buraya yazın.'],
  ])('and it would be seen in %s: %s', (language, sentence) => {
    expect(asking(language, `${of('d35', language).text}\n${sentence}`).open).toEqual([sentence]);
  });
});

describe('"tomorrow"', () => {
  /** As our own sentence about the last day begins. */
  const word = (language: Language) => said(language, 'day.tomorrow').split(/[,،、]/)[0] ?? '';
  function says(language: Language, text: string): boolean {
    // Without spaces a word has no borders; कल stands within विकल्प.
    const [before, after] =
      language === 'ja' ? ['', ''] : ['(?<![\\p{L}\\p{M}])', language === 'ko' ? '' : '(?![\\p{L}\\p{M}])'];
    return new RegExp(`${before}${word(language)}${after}`, 'iu').test(text);
  }

  it.each(named(TEMPLATES))(
    'stands in %s if it is the letter of the day before, and else does not (promise 10)',
    (_, template) => {
      const { stage, language } = template;
      const { subject, html, text } = letterOf(template);
      for (const part of [subject, text, flat(html.replaceAll(/<[^>]*>/g, ' '))])
        expect(says(language, part)).toBe(stage === 'd1');
    },
  );

  it('belongs to the stage of one day, whatever it is called and wherever it stands', () => {
    const stages = [
      { name: 'early', days: 40, required: true },
      { name: 'last', days: 1, required: true },
    ];
    const plan = aPlan({ stages });
    expect(says('en', of('last', 'en', plan).text)).toBe(true);
    expect(says('en', of('early', 'en', plan).text)).toBe(false);
    const two = aPlan({
      stages: [
        { name: 'd40', days: 40, required: true },
        { name: 'd1', days: 2, required: true },
      ],
    });
    expect(says('en', of('d1', 'en', two).text)).toBe(false);
  });

  it.each(LANGUAGES)('would be seen in another letter in %s', (language) => {
    const texts = { [language]: { 'soon.lead': said(language, 'tomorrow.lead') } };
    expect(says(language, of('d7', language, aPlan({ texts })).text)).toBe(true);
  });
});

describe('nobody is pressed: a letter counts no days, for it may be read, and sent, a day later', () => {
  const PRESSING: Readonly<Record<Language, RegExp>> = {
    en: /\b(?:days?|hours?) (?:left|remain)|\bin \d+ days?|\bonly \d|last chance|urgent|act now|immediately|expire|don.t miss/i,
    ar: /متبق|باقٍ|بقي \d|عاجل|فورًا|آخر فرصة|أسرع|خلال \d/,
    de: /nur noch|noch \d+|in \d+ Tagen|letzte Chance|dringend|sofort|umgehend|läuft ab|beeil/i,
    es: /quedan? \d|faltan?\b|en \d+ días|última oportunidad|urgente|inmediat|date prisa|caduca/i,
    fr: /il (?:vous )?reste|plus que \d|dans \d+ jours|dernière chance|urgent|immédiat|dépêchez|expire/i,
    hi: /\d+ दिन|दिन (?:बाकी|बचे|शेष)|आख़िरी मौक़?ा|तुरंत|जल्दी करें/,
    id: /\d+ hari|tersisa|tinggal|kesempatan terakhir|segera|mendesak/i,
    it: /mancano?\b|restano?\b|(?:tra|fra) \d+ giorni|ultima (?:possibilità|occasione)|urgente|subito|immediat|scade/i,
    ja: /あと\s?\d|\d+日(?:後|間|以内)|残り|至急|緊急|お早めに|最後のチャンス/,
    ko: /\d+일 (?:후|남|이내)|남았|긴급|즉시|서두르세요|마지막 기회/,
    'pt-BR': /\bfaltam?\b|\brestam?\b|em \d+ dias|última chance|urgente|imediat|corra\b|expira/i,
    tr: /\d+ gün|kaldı|son şans|acil|hemen|acele edin|süresi dol/i,
  };
  /** Our words alone. */
  const bare = aPlan({
    feature: inAll('X'),
    reason: inAll('X'),
    whatChanges: inAll('X'),
    dataFate: inAll('X'),
    exportInstructions: inAll('X'),
    authenticity: inAll('X'),
    alternatives: [],
  });

  it.each(named(mailTemplates(bare)))('%s', (_, template) => {
    const { subject, html, text } = letterOf(template);
    for (const part of [subject, text, html.replaceAll(/<[^>]*>/g, ' ')])
      expect(part).not.toMatch(PRESSING[template.language]);
  });

  it.each<[Language, string]>([
    ['en', 'Only 3 days left!'],
    ['ar', 'بقي 3 أيام.'],
    ['de', 'Nur noch 3 Tage!'],
    ['es', '¡Quedan 3 días!'],
    ['fr', 'Il vous reste 3 jours !'],
    ['hi', 'सिर्फ़ 3 दिन बाकी हैं।'],
    ['id', 'Tinggal 3 hari lagi!'],
    ['it', 'Mancano 3 giorni!'],
    ['ja', 'あと3日です。'],
    ['ko', '3일 남았습니다.'],
    ['pt-BR', 'Faltam 3 dias!'],
    ['tr', 'Son 3 gün kaldı!'],
  ])('would be seen to be in %s: %s', (language, sentence) => expect(sentence).toMatch(PRESSING[language]));
});

describe('a subject', () => {
  /** Where words are long, a phone shows the beginning, which is what ends. */
  const SIXTY: readonly Language[] = ['en', 'ar', 'hi', 'ja', 'ko'];
  const LONGEST = 72;
  const characters = (text: string) => [...new Intl.Segmenter('en').segment(text)].length;
  const dates = [...new Set(PLAN.cohorts.map(({ endDate }) => endDate))];

  it.each(named(TEMPLATES))(
    'of %s is one line, short enough for a phone, on every end date of the plan',
    (_, template) => {
      for (const endDate of dates) {
        const { subject } = letterOf(template, valuesFor(template, { endDate }));
        expect(subject).not.toMatch(/\p{Cc}/u);
        // No line break, no double space; French has spaces at which no line is broken.
        expect(subject.replaceAll('\u00a0', ' ')).toBe(flat(subject));
        if (SIXTY.includes(template.language)) expect(characters(subject)).toBeLessThan(60);
        else expect(characters(subject)).toBeLessThanOrEqual(LONGEST);
      }
    },
  );

  it.each(named(TEMPLATES))('of %s names what ends', (_, { stage, language }) => {
    const feature = own(PLAN.feature, language);
    const { subject } = of(stage, language);
    expect(subject.toLocaleLowerCase(language)).toContain(feature.toLocaleLowerCase(language));
  });

  it('begins with a capital although the feature does not, as its language writes it', () => {
    const plan = aPlan({ feature: inAll('istanbul') });
    expect(of('d35', 'en', plan).subject).toMatch(/^Istanbul: /);
    expect(of('d35', 'tr', plan).subject).toMatch(/^İstanbul: /);
    expect(of('d35', 'en', plan).text).toContain(`${said('en', 'label.ends')}\nIstanbul\n`);
  });

  it('is one line although a plan writes several', () => {
    const plan = aPlan({
      feature: inAll('encrypted\n\nchats'),
      texts: { de: { 'first.subject': '{feature}\nendet\n{endDay}' } },
    });
    expect(of('d35', 'de', plan).subject).toBe(`Encrypted chats endet ${SHORT.de}`);
    expect(of('d35', 'fr', plan).subject).not.toMatch(/\n|<br/);
  });
});

describe('the correction', () => {
  const LATER: Readonly<Record<Language, RegExp>> = {
    en: /has changed.*later.*more time/,
    ar: /تغيّر الموعد.*أبعد من السابق.*وقتًا أطول/,
    de: /geändert.*später.*mehr Zeit/,
    es: /ha cambiado.*posterior.*más tiempo/,
    fr: /a changé.*plus tardive.*plus de temps/,
    hi: /बदल गई है.*उसके बाद की है.*ज़्यादा समय/,
    id: /telah berubah.*lebih lambat.*waktu lebih lama/,
    it: /è cambiata.*successiva.*più tempo/,
    ja: /変わりました.*より後の日付.*余裕/,
    ko: /변경되었습니다.*뒤로 미뤄져.*여유/,
    'pt-BR': /mudou.*posterior.*mais tempo/,
    tr: /değişti.*daha geç.*daha fazla zaman/,
  };
  it.each(LANGUAGES)('in %s, and no other letter, says that the date has changed, and to a later one', (language) => {
    const changed = TEMPLATES.filter((each) => each.language === language && LATER[language].test(letterOf(each).text));
    expect(changed.map(({ stage }) => stage)).toEqual(['moved']);
  });
});

describe('a number of chats', () => {
  /** By the rules of Unicode (CLDR), written down and not computed. */
  const FORMS: Readonly<Record<number, (language: Language) => string>> = {
    1: (language) => (['id', 'ja', 'ko'].includes(language) ? 'other' : 'one'),
    2: (language) => (language === 'ar' ? 'two' : 'other'),
    3: (language) => (language === 'ar' ? 'few' : 'other'),
    11: (language) => (language === 'ar' ? 'many' : 'other'),
    100: () => 'other',
    1_000_000: (language) => (['es', 'fr', 'it', 'pt-BR'].includes(language) ? 'many' : 'other'),
  };
  const COUNTS = Object.keys(FORMS).map(Number);
  const cases = LANGUAGES.flatMap((language) => COUNTS.map((count) => [language, count] as const));
  const written = (language: Language, count: number) => new Intl.NumberFormat(language).format(count);
  const marked = aPlan({
    texts: Object.fromEntries(
      LANGUAGES.map((language) => {
        const plurals = Object.keys(CATALOGUES[language]).filter((key) =>
          /^(?:count|done\.disabled|done\.kept)\./.test(key),
        );
        const mark = (key: string) =>
          `(${key}: {${{ count: 'chats', 'done.disabled': 'disabled' }[key.replace(/\.\w+$/, '')] ?? 'kept'}})`;
        return [language, Object.fromEntries(plurals.map((key) => [key, mark(key)]))];
      }),
    ),
  });
  /** The marks of the forms that are there. */
  function marks(stage: string, language: Language, counts: About['counts']): string[] {
    const template = templateOf(marked, stage, language);
    const { html, text } = letterOf(template, valuesFor(template, { counts }));
    const found = (words: string) => [...words.matchAll(/\((?:count|done)\.[^)]*\)/g)].map(([mark]) => mark);
    expect(found(read(html).words)).toEqual(found(text));
    return found(text);
  }

  it.each(cases)('in %s has one form for %i, and the number in it', (language, count) => {
    const form = FORMS[count]?.(language) ?? '';
    const number = written(language, count);
    expect(marks('d14', language, { chats: count })).toEqual([`(count.${form}: ${number})`]);
    expect(marks('done', language, { disabled: count, kept: count })).toEqual([
      `(done.disabled.${form}: ${number})`,
      `(done.kept.${form}: ${number})`,
    ]);
  });

  it.each(cases)('in %s is said of %i in our own sentences, each once', (language, count) => {
    const form = FORMS[count]?.(language) ?? '';
    const number = written(language, count);
    const notice = templateOf(PLAN, 'd14', language);
    const { text } = letterOf(notice, valuesFor(notice, { counts: { chats: count } }));
    expect(text.split('\n')).toContain(said(language, `count.${form}`, { chats: number }));
    const done = templateOf(PLAN, 'done', language);
    const { text: after } = letterOf(done, valuesFor(done, { counts: { disabled: count, kept: count } }));
    const sentences = [
      said(language, `done.disabled.${form}`, { disabled: number }),
      said(language, `done.kept.${form}`, { kept: number }),
    ];
    expect(after.split('\n')).toContain(sentences.join(' '));
  });

  it.each(LANGUAGES)('in %s is not said of none', (language) => {
    expect(marks('done', language, { disabled: 3, kept: 0 })).toHaveLength(1);
    expect(marks('done', language, { disabled: 0, kept: 3 })).toHaveLength(1);
    const { text } = letterOf(
      templateOf(PLAN, 'done', language),
      valuesFor({ stage: 'done', language }, { counts: { disabled: 17, kept: 0 } }),
    );
    expect(text).not.toMatch(/(?<![\d.:])0(?![\d.:])/);
  });

  it('would be seen to have two forms, and none', () => {
    const values = valuesFor({ stage: 'd14', language: 'en' }, { counts: { chats: 2 } });
    const template = templateOf(marked, 'd14', 'en');
    const both = letterOf(template, { ...values, chats_one: '2' }).text;
    expect(both).toContain('(count.one: 2)(count.other: 2)');
    expect(letterOf(template, { ...values, chats_other: '' }).text).not.toContain('(count');
  });
});

describe.each(named(DONE))('%s', (_, template) => {
  it('says what was done before what can be done, and has no day that is still to come', () => {
    const { language } = template;
    const { subject, text } = letterOf(template);
    expect(subject).not.toContain(SHORT[language]);
    expect(text).toContain(said(language, 'label.wasLastDay'));
    expect(text).not.toContain(own(PLAN.whatChanges, language));
    expect(text).not.toContain(own(PLAN.exportInstructions, language));
    expect(text).not.toContain(said(language, 'choices'));
  });
});

describe('a plan without alternatives', () => {
  it.each(named(TEMPLATES))('has no heading about them in %s', (_, { stage, language }) => {
    const heading = said(language, 'heading.instead');
    const [without, with_] = [of(stage, language, aPlan({ alternatives: [] })), of(stage, language)];
    for (const part of ['html', 'text'] as const) {
      expect(without[part]).not.toContain(heading);
      expect(with_[part]).toContain(heading);
    }
    expect(flat(read(without.html).words)).toBe(flat(without.text));
  });
});

describe('a text of several paragraphs', () => {
  const text = inAll('One.\n\nTwo,\nthree.');
  const plan = aPlan({
    reason: text,
    whatChanges: text,
    dataFate: text,
    exportInstructions: text,
    authenticity: text,
    alternatives: [{ name: 'A', description: text }],
    texts: { en: { never: 'Never.\nNo.' } },
  });

  it.each(named(mailTemplates(plan)))('keeps its lines in %s', (_, template) => {
    const { html, text: plain } = letterOf(template);
    const times = template.stage === 'done' ? 4 : 6;
    expect(html.split('One.<br/><br/>Two,<br/>three.')).toHaveLength(times + 1);
    expect(plain.split('One.\n\nTwo,\nthree.')).toHaveLength(times + 1);
    expect(html.replace(/<style>[^<]*<\/style>/, '')).not.toContain('\n');
    expect(flat(read(html).words)).toBe(flat(plain));
  });

  it('of ours keeps them, too', () => {
    expect(of('d35', 'en', plan).html).toContain('Never.<br/>No.');
    expect(of('d35', 'en', plan).text).toContain('Never.\nNo.');
  });
});

describe('a text of ours that a plan says otherwise', () => {
  const never = 'Wir fragen <nie> & "nie" nach {x}.';
  const plan = aPlan({
    texts: { de: { never, 'first.subject': '{endDay}: {feature} endet', genuine: '{supportUrl} von {senderAddress}' } },
  });

  it('stands in the letter instead, escaped', () => {
    const { subject, html, text } = of('d35', 'de', plan);
    expect(html).toContain('Wir fragen &lt;nie&gt; &amp; &quot;nie&quot; nach ');
    expect(text).toContain('Wir fragen <nie> & "nie" nach ');
    for (const words of [html, text]) expect(words).not.toContain(said('de', 'never'));
    expect(subject).toBe(`${SHORT.de}: ${own(PLAN.feature, 'de')} endet`);
  });

  it('has its placeholders filled in as ours, an address as a link', () => {
    const { html, text } = of('d35', 'de', plan);
    expect(text).toContain(`\n${PLAN.support.url} von ${PLAN.sender.address}\n`);
    expect(html).toContain(`>${PLAN.support.url}</a> von ${PLAN.sender.address}</p>`);
  });

  it('stands in no other language', () => {
    for (const language of LANGUAGES.filter((each) => each !== 'de'))
      expect(templateOf(plan, 'd35', language)).toEqual(templateOf(PLAN, 'd35', language));
  });
});

describe('languages', () => {
  const spoken = (plan: Plan) => [...new Set(mailTemplates(plan).map(({ language }) => language))];
  const without = (text: Localised, language: Language): Localised =>
    Object.fromEntries(Object.entries(text).filter(([each]) => each !== language));
  const TEXTS = ['feature', 'reason', 'whatChanges', 'dataFate', 'exportInstructions', 'authenticity'] as const;

  it.each(TEXTS)('have no letters where the plan does not say %s in them: half a letter in English is none', (name) => {
    const plan = aPlan({ [name]: without(PLAN[name], 'ko') });
    expect(spoken(plan)).toEqual(LANGUAGES.filter((language) => language !== 'ko'));
    expect(spoken(PLAN)).toContain('ko');
  });

  it('have none where one alternative is described in others only', () => {
    const [first, ...rest] = PLAN.alternatives;
    const description = without(first?.description ?? {}, 'tr');
    expect(spoken(aPlan({ alternatives: [{ name: first?.name ?? '', description }, ...rest] }))).not.toContain('tr');
  });

  it('are English at least', () => {
    const plan = aPlan({ reason: { en: 'Because.' } });
    expect(spoken(plan)).toEqual(['en']);
    expect(of('d35', 'en', plan).text).toContain('Because.');
  });
});

describe('a plan that says something strange', () => {
  const EVIL = `<b onclick="x('y')">{{#each this}}&amp;{{secret}} \\{{link}} & more`;
  const everywhere = inAll(EVIL);
  const strange: Plan = aPlan({
    feature: everywhere,
    reason: everywhere,
    dataFate: everywhere,
    exportInstructions: everywhere,
    whatChanges: everywhere,
    authenticity: everywhere,
    alternatives: [{ name: 'A & B <i>', description: everywhere }],
    sender: { ...PLAN.sender, name: 'C & D', postalAddress: '<hr>1 {{Street}}' },
    support: { ...PLAN.support, url: 'https://example.com/?a=1&b="><script>' },
  });
  const plain = aPlan({ alternatives: PLAN.alternatives.slice(0, 1) });
  const letters = named(mailTemplates(strange));

  it.each(letters)('%s shows its markup instead of following it', (_, template) => {
    const { html } = letterOf(template);
    const { words, elements, links } = read(html);
    expect(elements).toEqual(read(of(template.stage, template.language, plain).html).elements);
    expect(new Set(links)).toContain('https://example.com/?a=1&b="><script>');
    expect(html).toContain('&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;');
    expect(html).toContain('A &amp; B &lt;i&gt;');
    expect(words).toContain('&amp;');
  });

  it.each(letters)('%s writes what looks like a variable, and reads none of it', (_, template) => {
    const honest = templateOf(plain, template.stage, template.language);
    expect(variablesIn(template).sort()).toEqual(variablesIn(honest).sort());
    const { html, text } = letterOf(template);
    expect(flat(read(html).words)).toBe(flat(text));
    expect(text.split(LINK)).toHaveLength(template.stage === 'done' ? 1 : 2);
  });

  it.each([
    '{{chats}} and {{disabled}}',
    '{{{secret}}}',
    '\\{{link}}',
    '[[link]] [[#alternatives]]',
    '{{!--',
    '{feature}',
  ])('reads none of %s', (text) => {
    const plan = aPlan({ reason: { en: text }, sender: { ...PLAN.sender, name: text } });
    for (const template of mailTemplates(plan))
      expect(variablesIn(template)).toEqual(variablesIn(templateOf(PLAN, template.stage, 'en')));
    const { text: words, html } = of('d35', 'en', plan);
    expect(words).not.toMatch(/[{}]/);
    expect(flat(read(html).words)).toBe(flat(words));
  });
});

describe('a plan of which no letter can be made, or only one that is cut off,', () => {
  const long = (length: number) => ({ en: '"'.repeat(length) });
  const texts = (length: number) => ({
    reason: long(length),
    whatChanges: long(length),
    dataFate: long(length),
    exportInstructions: long(length),
    authenticity: long(length),
    alternatives: Array.from({ length: 10 }, () => ({ name: 'x', description: long(length) })),
    feature: { en: 'x' },
  });

  it('is refused with the letter and its size', () => {
    const errors = checkMail(aPlan(texts(2000)));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]?.sentence).toMatch(
      /^the file: given a letter d35 in en of \d{6} bytes; allowed: up to 102400 bytes/,
    );
    expect(checkMail(aPlan(texts(200)))).toEqual([]);
    expect(checkMail(PLAN)).toEqual([]);
  });

  it('is refused for the texts that are none, before a letter is tried', () => {
    const wrong = checkMail(aPlan({ ...texts(2000), texts: { en: { 'never.': 'x' } } }));
    expect(wrong.map(({ path }) => path)).toEqual(['texts.en.never.']);
  });
});

describe('a template’s name', () => {
  const names = (plan: Plan) =>
    new Map(mailTemplates(plan).map(({ stage, language, name }) => [`${stage}/${language}`, name]));

  it('belongs to one letter', () => expect(new Set(names(PLAN).values()).size).toBe(TEMPLATES.length));

  it('is the same for the same content, and another for another: nobody is sent a text that was changed behind the plan', () => {
    expect(names(aPlan({}))).toEqual(names(PLAN));
    const differing = (changes: Partial<Plan>) => {
      const changed = names(aPlan(changes));
      return [...names(PLAN)].filter(([key, name]) => changed.get(key) !== name).map(([key]) => key);
    };
    const german = ['d35/de', 'd14/de', 'd7/de', 'd1/de', 'moved/de'];
    expect(differing({ dataFate: { ...PLAN.dataFate, de: 'Anders.' } }).sort()).toEqual([...german, 'done/de'].sort());
    expect(differing({ whatChanges: { ...PLAN.whatChanges, de: 'Anders.' } }).sort()).toEqual(german.sort());
    expect(differing({ texts: { ja: { 'soon.preheader': '保存' } } })).toEqual(['d7/ja']);
  });

  const refusedBySes = (all: Iterable<string>) => [...all].filter((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name));
  const longest = (sunset: number) =>
    aPlan({ sunset: 'a'.repeat(sunset), stages: [{ name: 'd365', days: 365, required: true }] });

  it('is no longer than SES allows for the longest name that a plan may have', () => {
    expect(refusedBySes(names(longest(32)).values())).toEqual([]);
    expect(refusedBySes(names(longest(48)).values())).not.toEqual([]);
  });
});
