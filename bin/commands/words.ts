/** A command line as words, with the quotes of a shell and nothing else of it: no variables, patterns or pipes. */

/**
 * `hold eu-2 --reason 'support overloaded'` is four words. Quotes are single or double, and may begin within a word; a
 * backslash takes the next sign as it is, within double quotes only before `"` and `\`.
 * @throws where a quote has no end, or a backslash stands last
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: { readonly sign: string; readonly at: number } | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (quote !== undefined && sign === quote.sign) quote = undefined;
    else if (quote?.sign === "'") word += sign;
    else if (sign === '\\' && (quote === undefined || /["\\]/.test(text.charAt(at + 1)))) {
      at += 1;
      if (at === text.length) throw new Error('the command ends with a backslash: take it away, or write it twice');
      word = (word ?? '') + text.charAt(at);
    } else if (quote !== undefined) word += sign;
    else if (sign === "'" || sign === '"') {
      quote = { sign, at };
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + sign;
  }
  if (quote !== undefined)
    throw new Error(
      `the quote ${quote.sign} at sign ${quote.at + 1} has no end: close it, or write \\${quote.sign} for the sign itself`,
    );
  if (word !== undefined) words.push(word);
  return words;
}
