/**
 * The repository holds itself to section 5 of its design: who may import whom, who may read the clock, and what may
 * not stand in any file. Every rule is asked twice: of the repository, and of it with one file that breaks the rule.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Source {
  readonly path: string;
  readonly text: string;
}
interface Import {
  readonly from: string;
  /** A path from the root for our own files, the package's name for others. */
  readonly to: string;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^(?:import|export)\s+(?:(type\s)?([^'"`;=]*?)\s*\bfrom\s*)?(['"])([^'"\n]+)\3/gm;
const CALL = /\b(?:import|import\.meta\.resolve|require|createRequire\([^)]*\))\(\s*(['"])([^'"\n]+)\1/g;

function importsOf({ path, text }: Source): Import[] {
  const resolve = (to: string) => (to.startsWith('.') ? posix.join(posix.dirname(path), to) : packageOf(to));
  const inBraces = (clause: string) => /^\{([^}]*)\}$/.exec(clause.trim())?.[1]?.split(',') ?? ['value'];
  const isType = (clause: string) => inBraces(clause).every((name) => /^\s*(type\s|$)/.test(name));
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, clause, , to = '']) => ({
      from: path,
      to: resolve(to),
      typeOnly: type !== undefined || (clause !== undefined && isType(clause)),
    })),
    ...[...text.matchAll(CALL)].map(([, , to = '']) => ({ from: path, to: resolve(to), typeOnly: false })),
  ];
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function sourcesIn(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.m?tsx?$/.test(path))
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
    .map((path) => ({ path, text: read(path) }));
}

const SOURCES = ['bin', 'lib', 'functions', 'test'].flatMap(sourcesIn);

/** What a folder of `functions` may import: folders and files of ours, and packages; of `types` nothing is called. */
interface Allowance {
  readonly own: readonly string[];
  readonly types?: readonly string[];
  readonly packages: readonly string[];
}
const SDK = ['cloudwatch', 'dynamodb', 'eventbridge', 'kms', 's3', 'ses', 'sqs'].map(
  (service) => `@aws-sdk/client-${service}`,
);
const ALLOWED: Readonly<Record<string, Allowance>> = {
  'functions/domain/': {
    own: ['functions/domain/'],
    packages: ['fastest-levenshtein', 'node:crypto', 'temporal-polyfill', 'yaml'],
  },
  'functions/contracts/': { own: ['functions/contracts/'], packages: ['@valibot/to-json-schema', 'valibot'] },
  // Before the mail, whose folder it stands in: what compiles letters runs when the mail is built, never in a function.
  'functions/mail/components/': { own: ['functions/mail/'], packages: ['react', 'react-email'] },
  'functions/mail/': { own: ['functions/domain/', 'functions/mail/'], packages: ['node:crypto'] },
  'functions/ports.ts': { own: [], types: ['functions/contracts/', 'functions/domain/'], packages: [] },
  'functions/usecases/': {
    own: ['functions/domain/', 'functions/contracts/', 'functions/mail/', 'functions/usecases/'],
    types: ['functions/ports.ts'],
    packages: ['node:crypto'],
  },
  // Tables are handed to adapters; they know what one looks like, and open none.
  'functions/adapters/': {
    own: ['functions/domain/', 'functions/contracts/'],
    types: ['functions/ports.ts', 'functions/runtime/table.ts'],
    packages: SDK.filter((name) => name !== '@aws-sdk/client-dynamodb'),
  },
  'functions/runtime/': {
    own: ['functions/'],
    packages: [
      ...SDK,
      '@aws-lambda-powertools/logger',
      '@aws-sdk/util-dynamodb',
      '@middy/core',
      '@middy/sqs-partial-batch-failure',
      'aws-lambda',
      'node:timers',
      'valibot',
    ],
  },
};
const ENTRY_POINT = /^functions\/[a-z]+\.ts$/;
const FOR_ENTRY_POINTS: Allowance = {
  own: [
    'functions/contracts/',
    'functions/runtime/api.ts',
    'functions/runtime/handler.ts',
    'functions/runtime/page.ts',
    'functions/runtime/witness.ts',
    'functions/usecases/',
  ],
  packages: [],
};

function allowanceOf(path: string): Allowance | undefined {
  const folder = Object.keys(ALLOWED).find((prefix) => path.startsWith(prefix));
  return folder === undefined ? (ENTRY_POINT.test(path) ? FOR_ENTRY_POINTS : undefined) : ALLOWED[folder];
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const { own, types = [], packages } = allowanceOf(from) as Allowance;
  const named = (list: readonly string[]) =>
    list.some((each) => (each.endsWith('/') ? to.startsWith(each) : to === each));
  return named(own) || (typeOnly && named(types)) || packages.some((name) => to === name || to.startsWith(`${name}/`));
}

const tell = ({ from, to }: Import) => `${from} imports ${to}`;
const forbidden = (sources: readonly Source[], no: (each: Import) => boolean) =>
  sources.flatMap(importsOf).filter(no).map(tell);
const within = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
const components = within('functions/mail/components');
const product = (path: string) => /^(bin|lib|functions)\//.test(path);

/** Each round of imports once, beginning with its first file by name. */
function cycles(imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const found = new Set<string>();
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const round = trail.slice(at);
      const first = round.indexOf([...round].sort()[0] as string);
      found.add([...round.slice(first), ...round.slice(0, first)].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const { to } of next.get(path) ?? []) walk(to, [...trail, path]);
    done.add(path);
  };
  for (const path of [...next.keys()].sort()) walk(path, []);
  return [...found].sort();
}

const CLOCKS =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.(now|timeOrigin)|\bTemporal\.Now\b|\bset(Timeout|Interval)\b|['"]node:timers|\bprocess\.(hrtime|uptime)/;
const CHANCE = /\bMath\.random\b|\brandom(UUID|Bytes|Int)\b/;

/** With comments and everything that is imported or passed on taken out. */
function ownCode({ text }: Source): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replaceAll(/^(?:import|export)\s+(?:[^'"`;=]*?\bfrom\s*)?['"][^'"\n]+['"];?/gm, '')
    .trim();
}

interface Rule {
  /** What breaks it, in the order of the files and their imports. */
  readonly broken: (sources: readonly Source[]) => string[];
  /** A file that breaks it. */
  readonly twin: Source;
}

const RULES: Readonly<Record<string, Rule>> = {
  'every file of functions imports only what its folder may': {
    broken: (sources) =>
      forbidden(sources, (each) => within('functions')(each.from) && !!allowanceOf(each.from) && !isAllowed(each)),
    twin: { path: 'functions/domain/twin.ts', text: "import { dispatch } from '../usecases/dispatch.ts';" },
  },
  'the domain knows no package but its own few': {
    broken: (sources) =>
      forbidden(
        sources,
        (each) => within('functions/domain')(each.from) && !!allowanceOf(each.from) && !isAllowed(each),
      ),
    twin: { path: 'functions/domain/twin.ts', text: "import { readFileSync } from 'node:fs';" },
  },
  'a use case takes types of the ports, and calls nothing of them': {
    broken: (sources) => forbidden(sources, (each) => within('functions/usecases')(each.from) && !isAllowed(each)),
    twin: { path: 'functions/usecases/twin.ts', text: "import { AGENDA_KINDS } from '../ports.ts';" },
  },
  'a use case knows no client of AWS': {
    broken: (sources) => forbidden(sources, ({ from, to }) => within('functions/usecases')(from) && /aws/.test(to)),
    twin: { path: 'functions/usecases/twin.ts', text: "import type { SESClient } from '@aws-sdk/client-ses';" },
  },
  'the components of letters know React and the mail, and no rule': {
    broken: (sources) => forbidden(sources, (each) => components(each.from) && !isAllowed(each)),
    twin: {
      path: 'functions/mail/components/twin.tsx',
      text: "import { DAY } from '../../domain/time.ts';\nexport const Twin = () => <p>{DAY}</p>;",
    },
  },
  'nothing that runs in a function imports the components: only what compiles them does': {
    broken: (sources) =>
      forbidden(
        sources,
        ({ from, to }) => product(from) && components(to) && !components(from) && from !== 'bin/compile-mail.ts',
      ),
    twin: { path: 'functions/mail/twin.ts', text: "import type { Compiled } from './components/compile.tsx';" },
  },
  'nobody else knows React': {
    broken: (sources) =>
      forbidden(sources, ({ from, to }) => /^(@?react\b|@types\/react)/.test(to) && !components(from)),
    twin: { path: 'functions/usecases/twin.ts', text: "import { render } from 'react-email';" },
  },
  'adapters never import one another': {
    broken: (sources) => forbidden(sources, ({ from, to }) => [from, to].every(within('functions/adapters'))),
    twin: { path: 'functions/adapters/twin.ts', text: "import type { QueueUrls } from './queues.ts';" },
  },
  'a file of functions has a place': {
    broken: (sources) =>
      sources.map(({ path }) => path).filter((path) => within('functions')(path) && allowanceOf(path) === undefined),
    twin: { path: 'functions/helpers/twin.ts', text: '' },
  },
  'an entry point has thirty lines at most': {
    broken: (sources) =>
      sources
        .filter(
          ({ path, text }) => ENTRY_POINT.test(path) && path !== 'functions/ports.ts' && text.split('\n').length > 31,
        )
        .map(({ path }) => path),
    twin: { path: 'functions/twin.ts', text: '\n'.repeat(40) },
  },
  'of the functions, lib imports the contracts only': {
    broken: (sources) =>
      forbidden(
        sources,
        ({ from, to }) => within('lib')(from) && within('functions')(to) && !within('functions/contracts')(to),
      ),
    twin: { path: 'lib/twin.ts', text: "import { PAGE_SIZE } from '../functions/domain/group.ts';" },
  },
  'functions import nothing of lib': {
    broken: (sources) => forbidden(sources, ({ from, to }) => within('functions')(from) && within('lib')(to)),
    twin: { path: 'functions/runtime/twin.ts', text: "import { readSettings } from '../../lib/settings.ts';" },
  },
  'only tests, and bin itself, import bin': {
    broken: (sources) => forbidden(sources, ({ from, to }) => within('bin')(to) && !/^(bin|test)\//.test(from)),
    twin: { path: 'lib/twin.ts', text: "import { createRecord } from '../bin/local/outside/record.ts';" },
  },
  'no file of the product imports a test': {
    broken: (sources) => forbidden(sources, ({ from, to }) => product(from) && within('test')(to)),
    twin: { path: 'bin/twin.ts', text: "export { judge } from '../test/local/checker/checker.ts';" },
  },
  'the checker of the promises shares no code with what it checks': {
    broken: (sources) =>
      forbidden(
        sources,
        ({ from, to }) => within('test/local/checker')(from) && !from.endsWith('.test.ts') && product(to),
      ),
    twin: { path: 'test/local/checker/twin.ts', text: "import { DAY } from '../../../functions/domain/time.ts';" },
  },
  'only the clock of the runtime reads the time': {
    broken: (sources) =>
      sources
        .filter(({ path }) => within('functions')(path) && path !== 'functions/runtime/clock.ts')
        .filter((source) => CLOCKS.test(source.text))
        .map(({ path }) => path),
    twin: { path: 'functions/usecases/twin.ts', text: 'export const now = () => new Date().getTime();' },
  },
  'nothing of the product is drawn': {
    broken: (sources) =>
      sources
        .filter(({ path, text }) => product(path) && !within('bin')(path) && CHANCE.test(text))
        .map(({ path }) => path),
    twin: { path: 'functions/usecases/twin.ts', text: "import { randomUUID } from 'node:crypto';" },
  },
  'imports go round nowhere at run time': {
    broken: (sources) => cycles(sources.flatMap(importsOf).filter(({ from, typeOnly }) => product(from) && !typeOnly)),
    twin: { path: 'functions/domain/time.ts', text: "import { due } from './notice.ts';" },
  },
  'types do not go round either': {
    broken: (sources) => cycles(sources.flatMap(importsOf).filter(({ from }) => product(from))),
    twin: { path: 'functions/domain/time.ts', text: "import type { Due } from './notice.ts';" },
  },
  'no file only passes on what others export': {
    broken: (sources) =>
      sources
        .filter((source) => importsOf(source).length > 0 && ownCode(source) === '')
        .map(({ path }) => path)
        .filter(product),
    twin: { path: 'functions/domain/index.ts', text: "/** All. */\nexport { due } from './notice.ts';\n" },
  },
  'no file exports everything of another': {
    broken: (sources) => sources.filter(({ text }) => /^export\s+\*/m.test(text)).map(({ path }) => path),
    twin: { path: 'functions/domain/twin.ts', text: "export * from './notice.ts';\nexport const own = 1;" },
  },
};

describe('the reader of imports', () => {
  it('sees every form of import, and no string that looks like one', () => {
    const text = [
      "import './side.ts';",
      "import fc from 'fast-check';",
      "import * as v from 'valibot';",
      "import {\n  a,\n  type B,\n} from '../b/c.ts';",
      "import type { D } from './d.ts';",
      "import { type E, type F } from './e.ts';",
      "export { g } from './g.ts';",
      "export type { H } from './h.ts';",
      'import i from "aws-cdk-lib/aws-sqs";',
      ['const j = await import', "('./j.ts');"].join(''),
      "const k = createRequire(import.meta.url)('dynalite');",
      'const banner = "import { l } from \'./l.ts\'";',
      "export const m = 'from';",
    ].join('\n');
    expect(importsOf({ path: 'x/y/z.ts', text }).map(({ to, typeOnly }) => (typeOnly ? `type ${to}` : to))).toEqual([
      'x/y/side.ts',
      'fast-check',
      'valibot',
      'x/b/c.ts',
      'type x/y/d.ts',
      'type x/y/e.ts',
      'x/y/g.ts',
      'type x/y/h.ts',
      'aws-cdk-lib',
      'x/y/j.ts',
      'dynalite',
    ]);
  });

  it('sees files of components too, and what they import', () => {
    const found = SOURCES.filter(({ path }) => components(path));
    expect(found.map(({ path }) => posix.extname(path))).toContain('.tsx');
    expect(new Set(found.flatMap(importsOf).map(({ to }) => to))).toContain('react-email');
    // Tests apart, the one file that compiles them reaches them.
    const others = SOURCES.flatMap(importsOf).filter(({ from, to }) => components(to) && !components(from));
    expect(others.filter(({ from }) => product(from)).map(tell)).toEqual([
      'bin/compile-mail.ts imports functions/mail/components/compile.tsx',
    ]);
  });

  it('finds an import in nearly every file, and a file behind each that is ours', () => {
    const imports = SOURCES.flatMap(importsOf);
    expect(new Set(imports.map(({ from }) => from)).size).toBeGreaterThan(SOURCES.length * 0.8);
    const ours = imports.filter(({ to }) => to.includes('.ts'));
    expect(ours.length).toBeGreaterThan(300);
    expect(ours.filter(({ to }) => !existsSync(join(ROOT, to))).map(tell)).toEqual([]);
  });

  it('misses no line that ends in the name of what is imported', () => {
    const others = SOURCES.filter(({ path }) => path !== 'test/architecture.test.ts');
    const lines = others.flatMap(
      ({ text }) => text.match(/^(?:(?:import|export|\}) .*from '[^']+'|import '[^']+');$/gm) ?? [],
    );
    expect(lines.length).toBeGreaterThan(300);
    expect(others.flatMap(({ text }) => [...text.matchAll(STATEMENT)])).toHaveLength(lines.length);
  });
});

describe.each(Object.entries(RULES))('%s', (_, { broken, twin }) => {
  it('holds', () => expect(broken(SOURCES)).toEqual([]));
  it('would be seen to be broken', () => expect(broken([...SOURCES, twin])).not.toEqual([]));
});

/** Every text file that is, or is about to be, in the repository. */
const FILES: Source[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))
  .map((path) => ({ path, text: read(path) }))
  .filter(({ text }) => !text.includes('\0'));

const ADDRESS = /[\w.+%-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi;
const OURS = /@(?:example\.com|example\.org|simulator\.amazonses\.com)$/i;
const strangers = (text: string) => (text.match(ADDRESS) ?? []).filter((address) => !OURS.test(address));

describe('what stands in the files', () => {
  it('is mail addresses that belong to nobody', () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(FILES.flatMap(({ text }) => text.match(ADDRESS) ?? []).length).toBeGreaterThan(20);
    expect(FILES.flatMap(({ path, text }) => strangers(text).map((address) => `${path}: ${address}`))).toEqual([]);
  });

  it('would be noticed if an address were somebody’s', () => {
    const address = ['ana', 'mail.example.net'].join('@');
    expect(strangers(`to ${address}, ben@example.com and bounce+ben@simulator.amazonses.com`)).toEqual([address]);
    expect(strangers(['ana@example.com', 'net'].join('.'))).not.toEqual([]);
  });

  it('names no host of a registry', () => {
    const host = /\bregistry\.[a-z]+/i;
    expect(FILES.filter(({ text }) => host.test(text)).map(({ path }) => path)).toEqual([]);
    expect(host.test(['https://registry', 'example.org/a'].join('.'))).toBe(true);
  });
});

describe('the packages', () => {
  interface Lock {
    readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const lock = JSON.parse(read('package-lock.json')) as Lock;
  const { '': root = {}, ...packages } = lock.packages;

  it('are each given by one exact version', () => {
    const versions = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('are locked as they are given', () => {
    expect(root['dependencies']).toEqual(manifest['dependencies']);
    expect(root['devDependencies']).toEqual(manifest['devDependencies']);
  });

  it('are locked by their content and not by where this machine got them', () => {
    const locked = Object.entries(packages);
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, each]) => 'resolved' in each).map(([name]) => name)).toEqual([]);
    const addresses =
      JSON.stringify(locked.map(([, { funding: _, ...each }]) => each)).match(/https?:\/\/[^"]+/g) ?? [];
    expect(addresses).toEqual([]);
  });
});
