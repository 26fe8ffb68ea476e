/**
 * A letter as SES made it of its template and values. SES reads templates as Handlebars does; ours use two of its forms
 * only (`templates.ts`): `{{name}}`, which escapes nothing, and `{{#if name}}…{{/if}}`, which is there unless the value
 * is empty, and never holds another.
 */
import type { MailValues } from './values.ts';

export interface RenderedLetter {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const IF = /\{\{#if (\w+)\}\}(.*?)\{\{\/if\}\}/gs;
const VALUE = /\{\{(\w+)\}\}/g;

/** @throws where the template asks for a value that is not there, as SES does */
export function renderedLetter({ subject, html, text }: RenderedLetter, values: MailValues): RenderedLetter {
  const valueOf = (_: string, name: string): string => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`the template asks for ${name}; recorded: ${Object.keys(values).join(', ')}`);
    return value;
  };
  const rendered = (part: string) =>
    part
      .replaceAll(IF, (all, name: string, inner: string) => (valueOf(all, name) === '' ? '' : inner))
      .replaceAll(VALUE, valueOf);
  return { subject: rendered(subject), html: rendered(html), text: rendered(text) };
}
