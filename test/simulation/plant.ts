/** Plants one bug into the product as node loads it. */
import { registerHooks } from 'node:module';

import { type Bug, BUGS } from './bugs.ts';

export function plant(name: string): Bug {
  const bug = BUGS.find((each) => each.name === name);
  if (bug === undefined)
    throw new Error(`there is no planted bug "${name}"; there are ${BUGS.map((each) => each.name).join('; ')}`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/functions/${bug.file}`)) return loaded;
      return {
        ...loaded,
        source: bug.edits.reduce((text, [find, replace]) => edited(bug, text, find, replace), textOf(loaded.source)),
      };
    },
  });
  return bug;
}

const textOf = (source: unknown) =>
  typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('utf8');

function edited({ name, file }: Bug, text: string, find: string, replace: string): string {
  if (text.split(find).length !== 2)
    throw new Error(`the bug "${name}" has no place in functions/${file} any more: plant it anew`);
  return text.replace(find, () => replace);
}
