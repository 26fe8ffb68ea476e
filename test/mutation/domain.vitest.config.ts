/** The tests that judge mutants of the rules: those of the rules alone, so that what kills one is a sentence about it. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { parsePlan } from '../../functions/domain/plan-file.ts';

const parsed = parsePlan(readFileSync('examples/instagram-e2ee.yaml', 'utf8'));
if ('errors' in parsed) throw new Error(parsed.errors.map(({ sentence }) => sentence).join('\n'));

export default defineConfig({
  test: {
    include: ['test/domain/**/*.test.ts'],
    setupFiles: ['test/mutation/before-tests.ts'],
    provide: { examplePlan: parsed.plan },
  },
});
