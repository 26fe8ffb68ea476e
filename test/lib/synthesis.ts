/**
 * Synthesises the deployment for tests, with tiny handlers, so that these tests say something about the stacks
 * and nothing about the functions.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { afterAll } from 'vitest';

import { environments } from '../../functions/contracts/environment.ts';
import { deploy } from '../../lib/deployment.ts';

/** A template as far as rules look at it. */
export interface Resource {
  Type: string;
  Properties: Record<string, any>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}
export interface Synthesis {
  assembly: CloudAssembly;
  state: Template;
  sunset: Template;
}

const root = join(import.meta.dirname, '../..');
const cdkJson = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

export function synthesise(settings: Record<string, unknown> = {}): Synthesis {
  const app = anApp(settings);
  const { state, sunset } = deploy(app, { functions: handlers });
  const assembly = app.synth();
  return {
    assembly,
    state: assembly.getStackByName(state.stackName).template as Template,
    sunset: assembly.getStackByName(sunset.stackName).template as Template,
  };
}

const folders = mkdtempSync(join(tmpdir(), 'sunset-lib-'));
afterAll(() => rmSync(folders, { recursive: true, force: true }));
/** A folder that is gone after the tests. */
const aFolder = (name: string) => mkdtempSync(join(folders, name));

/** An app with the flags of cdk.json. */
export function anApp(settings: Record<string, unknown> = {}): App {
  return new App({
    outdir: aFolder('sunset-cdk-'),
    analyticsReporting: false,
    context: { ...cdkJson.context, ...settings },
  });
}

/** A copy to break: the twin of a rule's test shows that the rule can fail. */
export function broken(template: Template, mutate: (copy: Template) => void): Template {
  const copy = structuredClone(template);
  mutate(copy);
  return copy;
}

export function resources(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The only resource of its type whose logical id begins so. */
export function one(template: Template, type: string, begin = ''): Resource {
  const found = resources(template, type).filter(([id]) => id.startsWith(begin));
  if (found.length !== 1)
    throw new Error(`${found.length} resources of ${type} begin with "${begin}"; there must be one`);
  return found[0]![1];
}

export const handlers: string = (() => {
  const folder = aFolder('sunset-handlers-');
  for (const name of Object.keys(environments)) {
    writeFileSync(join(folder, `${name}.ts`), `export const handler = async (): Promise<string> => '${name}';\n`);
  }
  return folder;
})();
