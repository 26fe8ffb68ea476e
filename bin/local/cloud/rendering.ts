/** A template of SES with its variables filled in, as SES does it: nothing is escaped, what is missing is an error. */
import handlebars from 'handlebars';

export interface TemplateParts<H extends string | undefined = string | undefined> {
  readonly subject: string;
  readonly html: H;
  readonly text: H;
}

/** Throws, when it is called, for a variable that is missing. */
export function renderer<H extends string | undefined>(
  template: TemplateParts<H>,
): (values: unknown) => TemplateParts<H> {
  const compile = (part: H) =>
    part === undefined ? undefined : handlebars.compile(part, { noEscape: true, strict: true });
  const subject = handlebars.compile(template.subject, { noEscape: true, strict: true });
  const [html, text] = [compile(template.html), compile(template.text)];
  return (values) => ({ subject: subject(values), html: html?.(values) as H, text: text?.(values) as H });
}

/** Throws where it is no template. */
export function checkTemplate({ subject, html, text }: TemplateParts): void {
  for (const part of [subject, html, text]) if (part !== undefined) handlebars.parse(part);
}
