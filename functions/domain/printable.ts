/**
 * Text that is what it looks like: no control characters but tab and line feed, no line separators, no halves of a sign,
 * and no signs that turn the direction of writing, which can make one text look like another (CVE-2021-42574). The marks
 * LRM, RLM and ALM cannot, and some languages need them.
 */
const UNPRINTABLE = /[^\P{Cc}\t\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

export function isPrintable(text: string): boolean {
  return text.search(UNPRINTABLE) === -1 && text.isWellFormed();
}

/** Without what cannot be printed; half a sign becomes U+FFFD. */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll(UNPRINTABLE, '');
}
