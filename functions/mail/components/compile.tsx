/** From components to letters with places, in HTML and in plain text. Runs when the mail is built, never in a function. */
import { render, toPlainText } from 'react-email';

import { type Role, ROLES } from '../roles.ts';
import { type Piece, piecesOf } from '../slots.ts';
import { NOTICES } from './notices.tsx';

export type Compiled = Readonly<Record<Role, { readonly html: readonly Piece[]; readonly text: readonly Piece[] }>>;

/** The text is made of the same HTML, so that both say the same. Names of places keep their letters. */
const AS_TEXT: Parameters<typeof toPlainText>[1] = {
  wordwrap: false,
  selectors: [
    { selector: 'h1', options: { uppercase: false, leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'h2', options: { uppercase: false, leadingLineBreaks: 2, trailingLineBreaks: 1 } },
    { selector: 'p', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: false, noAnchorUrl: false } },
  ],
};

export async function compileNotices(): Promise<Compiled> {
  const compiled = await Promise.all(
    ROLES.map(async (role) => {
      const html = await render(NOTICES[role]());
      return [role, { html: piecesOf(html), text: piecesOf(`${toPlainText(html, AS_TEXT).trim()}\n`) }] as const;
    }),
  );
  return Object.fromEntries(compiled) as unknown as Compiled;
}
