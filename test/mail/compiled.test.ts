/**
 * What the mail library made of the components is a file of this repository: it must be what it would make of them now,
 * and nothing that made it may come along into a function.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

import { LANGUAGES } from '../../functions/domain/language.ts';
import { COMPILED } from '../../functions/mail/compiled.ts';
import { type Compiled, compileNotices } from '../../functions/mail/components/compile.tsx';
import { ROLES } from '../../functions/mail/roles.ts';
import { BUNDLING } from '../../lib/constructs/service-function.ts';

const ROOT = join(import.meta.dirname, '../..');
const PATIENCE = 60_000;

function stale(compiled: Compiled, now: Compiled): string[] {
  return ROLES.filter((role) => !isDeepStrictEqual(compiled[role], now[role])).map(
    (role) => `functions/mail/compiled.ts has another letter "${role}" than its components: run \`npm run mail\``,
  );
}

describe('the compiled letters', () => {
  it(
    'are what the components compile to',
    async () => {
      const now = await compileNotices();
      expect(stale(COMPILED, now)).toEqual([]);
      expect(Object.keys(now)).toEqual(Object.keys(COMPILED));
    },
    PATIENCE,
  );

  it('are seen to be old where a single sign differs, in the text as in the HTML', () => {
    const { first, done } = COMPILED;
    const changed: Compiled = {
      ...COMPILED,
      first: { ...first, html: [...first.html, ' '] },
      done: { ...done, text: done.text.with(0, `${JSON.stringify(done.text[0])} `) },
    };
    const sentences = stale(changed, COMPILED);
    expect(sentences).toHaveLength(2);
    expect(sentences.join('\n')).toContain('run `npm run mail`');
  });
});

type Entry = { entryPoints: string[] } | { stdin: { contents: string; resolveDir: string } };

/** The files that a bundle was made of, and those left in it. */
async function bundled(entry: Entry): Promise<{ read: string[]; kept: string[] }> {
  const { metafile } = await build({
    ...BUNDLING,
    ...entry,
    outfile: 'index.mjs',
    jsx: 'automatic',
    logLevel: 'silent',
    absWorkingDir: ROOT,
    metafile: true,
    write: false,
  });
  const kept = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  return { read: Object.keys(metafile.inputs), kept };
}
const entryPoint = (name: string): Entry => ({ entryPoints: [join(ROOT, 'functions', name)] });
const importing = (path: string): Entry => ({ stdin: { contents: `import '${path}';`, resolveDir: ROOT } });

const MAKERS =
  /^functions\/mail\/components\/|(^|\/)node_modules\/(react|react-dom|react-email|@react-email|handlebars)\//;
const CATALOGUE = /^functions\/mail\/languages\//;

const FUNCTIONS = readdirSync(join(ROOT, 'functions')).filter((file) => file.endsWith('.ts') && file !== 'ports.ts');

describe('what is deployed', () => {
  it.each(FUNCTIONS)(
    'functions/%s holds nothing that makes mail: no components, no library of theirs, no template engine',
    async (name) => {
      const { read } = await bundled(entryPoint(name));
      expect(read).toContain(`functions/${name}`);
      expect(read.filter((file) => MAKERS.test(file))).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'who sends mail carries no catalogue: the texts are in the templates',
    async () => {
      const { kept } = await bundled(entryPoint('notify.ts'));
      expect(kept).toContain('functions/mail/values.ts');
      expect(kept.filter((file) => CATALOGUE.test(file))).toEqual([]);
    },
    PATIENCE,
  );

  it.each(['./functions/mail/components/notices.tsx', 'react', 'react-email', 'handlebars'])(
    'a bundle that imports %s would be seen',
    async (path) => {
      const { read } = await bundled(importing(path));
      expect(read.filter((file) => MAKERS.test(file))).not.toEqual([]);
    },
    PATIENCE,
  );

  it(
    'a catalogue would be seen: the page for choices, which speaks, has all of them',
    async () => {
      const { kept } = await bundled(entryPoint('preferences.ts'));
      expect(kept.filter((file) => CATALOGUE.test(file))).toHaveLength(LANGUAGES.length);
    },
    PATIENCE,
  );
});
