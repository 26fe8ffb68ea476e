/**
 * A function of the system: its bundle, its log, its role. The construct is generic in the contract of its
 * environment, so a variable that the handler needs and the stack forgets does not compile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  type FunctionProps,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type BuildOptions, buildSync } from 'esbuild';

import { type EnvironmentInput, environments, type FunctionName } from '../../functions/contracts/environment.ts';

/** What the stack must say; how long the function may run, the construct knows itself. */
export type GivenEnvironment<N extends FunctionName> = Omit<EnvironmentInput<N>, 'FUNCTION_TIMEOUT_SECONDS'>;

export interface ServiceFunctionProps<N extends FunctionName> {
  /** Its contract's name, and its file's: `<functions>/<name>.ts` exports `handler`. */
  readonly name: N;
  readonly environment: GivenEnvironment<N>;
  readonly timeout: Duration;
  /** The folder of the entry points. @default - this project's functions/ */
  readonly functions?: string | undefined;
}

const FUNCTIONS = join(import.meta.dirname, '../../functions');

export class ServiceFunction<N extends FunctionName = FunctionName> extends LambdaFunction {
  constructor(
    scope: Construct,
    id: string,
    props: ServiceFunctionProps<N>,
    limits: Pick<FunctionProps, 'reservedConcurrentExecutions'> = {},
  ) {
    const { name, environment, timeout, functions = FUNCTIONS } = props;
    // No proof lives in a log, the ledger has that: logs may go with their function, and do after a season.
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own instead of the managed policy, which may write to every log group of the account.
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} of ${Stack.of(scope).stackName} may do`,
    });
    logGroup.grantWrite(role);

    const folder = bundle(join(functions, `${name}.ts`));
    super(scope, id, {
      code: Code.fromAsset(folder),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout,
      environment: {
        ...(environment as Record<string, string>),
        ...('FUNCTION_TIMEOUT_SECONDS' in environments[name].entries
          ? { FUNCTION_TIMEOUT_SECONDS: String(timeout.toSeconds()) }
          : {}),
      },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // A trace would need a permission on every resource, and tell nothing that log and ledger do not.
      tracing: Tracing.DISABLED,
      ...limits,
    });
    // The assembly has its copy.
    rmSync(folder, { recursive: true });
  }
}

/** How a function becomes one file. */
export const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  // Errors and log lines keep their names, at a hundredth of the size of a source map.
  keepNames: true,
  // The tested SDK, not the runtime's, which changes on its own; ES modules where a package has them: a bundle
  // smaller by a third, and faster to load by a quarter.
  mainFields: ['module', 'main'],
  // Dependencies in CommonJS call `require`, which an ES module does not have.
  banner: {
    js: "import { createRequire as require_of } from 'node:module'; const require = require_of(import.meta.url);",
  },
} satisfies BuildOptions;

/** In this process: a bundler started anew for each function takes ten times as long. @returns its folder */
function bundle(entry: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sunset-bundle-'));
  buildSync({
    ...BUNDLING,
    entryPoints: [entry],
    outfile: join(folder, 'index.mjs'),
    logLevel: 'warning',
  });
  return folder;
}
