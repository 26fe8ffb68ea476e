/** `sunset openapi`: the contract of the operator API, for other programs. */
import type { Command } from 'commander';

import { openApiDocument } from '../../functions/contracts/openapi.ts';
import type { Desk } from './desk.ts';
import { withExamples } from './options.ts';

export function addOpenApi(program: Command, desk: Desk): void {
  const command = program
    .command('openapi')
    .description('Prints the OpenAPI 3.1 document of the operator API, as JSON')
    .action(() => {
      desk.io.out(`${JSON.stringify(openApiDocument(program.opts<{ url?: string }>().url), null, 2)}\n`);
    });
  withExamples(command, 'openapi > openapi.json');
}
