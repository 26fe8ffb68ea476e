/** Text that becomes part of something else: of markup, of a template of SES, of a sentence. */
import type { Language } from '../domain/language.ts';
import { printable } from '../domain/printable.ts';

/**
 * Nothing that a template of SES or a reader's eye would take for something else: signs of the template language become
 * signs that look like them and are none. A plan's file refuses all of it anyway.
 */
export function neutral(text: string): string {
  return printable(text).replaceAll(/[{}\\]/g, (sign) => ({ '{': '｛', '}': '｝', '\\': '＼' })[sign] ?? sign);
}

/** A link to a page, as nothing else is one. */
export function linkTo(url: string, attributes = ''): string {
  const shown = escape(url);
  return url.startsWith('https://') ? `<a${attributes} href="${shown}">${shown}</a>` : shown;
}

/** For text between tags and in quoted attributes. */
export function escape(text: string): string {
  return printable(text).replaceAll(
    /[<>&"']/g,
    (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign,
  );
}

/** A sentence may begin with the feature's name, which a plan writes as it stands in the middle of one. */
export function capital(sentence: string, language: Language): string {
  return sentence.charAt(0).toLocaleUpperCase(language) + sentence.slice(1);
}
