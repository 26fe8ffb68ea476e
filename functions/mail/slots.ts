/** A letter as it was compiled: text with places in it. Filled once for HTML and once for plain text, the same way. */

/** Text, a place, or something that is repeated for each entry of a list. */
export type Piece = string | { readonly slot: string } | { readonly each: string; readonly of: readonly Piece[] };

/** What stands in a place; of a list, what stands in its entries' places. */
export interface Filling {
  readonly value: (slot: string) => string;
  readonly entries: (list: string) => readonly Filling[];
}

export function fill(pieces: readonly Piece[], filling: Filling): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if ('slot' in piece) return filling.value(piece.slot);
      return filling
        .entries(piece.each)
        .map((entry) => fill(piece.of, entry))
        .join('');
    })
    .join('');
}

const PLACE = /\[\[([#/]?)([\w.]+)\]\]/g;

/** Reads `[[slot]]` and `[[#list]] … [[/list]]`. @throws where a list is not closed, or closed and not open */
export function piecesOf(text: string): Piece[] {
  const root: Piece[] = [];
  const open: { list: string; of: Piece[] }[] = [];
  let from = 0;
  const here = () => open.at(-1)?.of ?? root;
  const add = (piece: Piece) => void (piece === '' || here().push(piece));
  for (const { 0: found, 1: sign, 2: name = '', index } of text.matchAll(PLACE)) {
    add(text.slice(from, index));
    from = index + found.length;
    if (sign === '') add({ slot: name });
    else if (sign === '#') open.push({ list: name, of: [] });
    else {
      const closed = open.pop();
      if (closed?.list !== name) throw new Error(`[[/${name}]] closes ${closed?.list ?? 'nothing'}`);
      add({ each: name, of: closed.of });
    }
  }
  if (open.length > 0) throw new Error(`[[#${open.at(-1)?.list}]] is not closed`);
  add(text.slice(from));
  return root;
}
