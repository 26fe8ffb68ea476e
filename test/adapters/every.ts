/**
 * A suite that every implementation of DynamoDB has to pass: what the one in memory answers is then what Amazon's own
 * does. A server is started once for a file.
 */
import { spawnSync } from 'node:child_process';

import { afterAll, beforeAll, describe } from 'vitest';

import { type Implementation, IMPLEMENTATIONS, startTables, type Tables } from './tables.ts';

export const HAS_JAVA = spawnSync('java', ['-version']).status === 0;

/** Calls `suite` for each implementation, with what is started before its tests. */
export function onEveryDynamoDB(suite: (started: () => Tables, implementation: Implementation) => void): void {
  for (const implementation of IMPLEMENTATIONS) {
    const isMissing = implementation === 'dynamodb-local' && !HAS_JAVA;
    describe.skipIf(isMissing)(`on ${implementation}${isMissing ? ', skipped: there is no Java here' : ''}`, () => {
      let tables: Tables | undefined;
      beforeAll(async () => {
        tables = await startTables(implementation);
      }, 60_000);
      afterAll(() => tables?.stop());
      suite(() => {
        if (tables === undefined) throw new Error(`${implementation} is not started yet`);
        return tables;
      }, implementation);
    });
  }
}
