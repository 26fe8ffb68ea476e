/**
 * What we send mail to and from. Narrower than RFC 5321: no quotes, comments or signs beyond ASCII, which SES refuses,
 * and nothing that could be read as a second address or a header.
 */
const ATOM = "[\\w!#$%&'*+/=?^`|~-]+";
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const ADDRESS = new RegExp(
  `^(?=[^@]{1,64}@)${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$`,
  'i',
);
const LONGEST = 254;

export function isAddress(text: string | null | undefined): text is string {
  return typeof text === 'string' && text.length <= LONGEST && ADDRESS.test(text);
}
