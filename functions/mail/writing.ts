/** Text that becomes part of something else: of markup, of a template of SES, of a sentence. */
import type { Language } from '../domain/language.ts';

/** Signs of SES's template language, as signs that look like them and are none. The plan's file refuses them anyway. */
export function neutral(text: string): string {
  return text.replaceAll(/[{}\\]/g, (sign) => ({ '{': '｛', '}': '｝', '\\': '＼' })[sign] ?? sign);
}

/** For text between tags and in quoted attributes. */
export function escape(text: string): string {
  return text.replaceAll(
    /[<>&"']/g,
    (sign) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign,
  );
}

/** A sentence may begin with the feature's name, which a plan writes as it stands in the middle of one. */
export function capital(sentence: string, language: Language): string {
  return sentence.charAt(0).toLocaleUpperCase(language) + sentence.slice(1);
}
