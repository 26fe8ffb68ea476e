/** `npm run mail`: makes functions/mail/compiled.ts of the components. A test holds that it is up to date. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
/** Below the packages, which the bundle goes on importing. */
const BUNDLE = join(ROOT, 'node_modules/.cache/sunset/components.mjs');

await build({
  entryPoints: [join(ROOT, 'functions/mail/components/compile.tsx')],
  outfile: BUNDLE,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  jsx: 'automatic',
  logLevel: 'warning',
});
mkdirSync(join(ROOT, 'functions/mail'), { recursive: true });
const { compileNotices } = (await import(
  pathToFileURL(BUNDLE).href
)) as typeof import('../functions/mail/components/compile.tsx');
const compiled = await compileNotices();
const file = join(ROOT, 'functions/mail/compiled.ts');
writeFileSync(
  file,
  [
    '/** Made by `npm run mail` of functions/mail/components. Not to be changed by hand. */',
    "import type { Role } from './roles.ts';",
    "import type { Piece } from './slots.ts';",
    '',
    'export const COMPILED: Readonly<Record<Role, { readonly html: readonly Piece[]; readonly text: readonly Piece[] }>> =',
    `  ${JSON.stringify(compiled, null, 2)};`,
    '',
  ].join('\n'),
);
const sizes = Object.entries(compiled).map(([role, { html }]) => `${role} ${JSON.stringify(html).length}`);
console.log(`functions/mail/compiled.ts: ${sizes.join(', ')} characters`);
