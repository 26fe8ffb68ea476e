/**
 * The tests that judge mutants of the use cases: those of the use cases alone, in a world in memory. What plays whole
 * campaigns or counts requests under load is left out: it would take a minute for each mutant, and says nothing of a
 * step that the step's own tests do not. The worker is new for each mutant, so files may share its modules.
 */
import { readFileSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { parsePlan } from '../../functions/domain/plan-file.ts';

const parsed = parsePlan(readFileSync('examples/instagram-e2ee.yaml', 'utf8'));
if ('errors' in parsed) throw new Error(parsed.errors.map(({ sentence }) => sentence).join('\n'));

/** Nothing is asked of a mutant after the first test that notices it: the tests that are quick come first. */
const LAST = ['steering', 'interleavings', 'more-time', 'soft-bounce', 'preferences', 'plan', 'refusals'];
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => LAST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return files.toSorted((a, b) => place(a) - place(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

export default defineConfig({
  test: {
    include: ['test/usecases/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      'test/usecases/campaign.test.ts',
      'test/usecases/operator/hold-under-load.test.ts',
      'test/usecases/operator/requests.test.ts',
    ],
    setupFiles: ['test/mutation/before-tests.ts'],
    provide: { examplePlan: parsed.plan },
    sequence: { sequencer: QuickFirst },
    // Slow is not noticed: only what never ends is.
    testTimeout: 60_000,
    isolate: false,
    pool: 'threads',
  },
});
