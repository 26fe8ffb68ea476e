/** A page that anybody can open: a function with an address of its own. What it may do is given to it by name. */
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import type { FunctionName } from '../../functions/contracts/environment.ts';
import { PAGE_FAILED } from '../../functions/contracts/log-lines.ts';
import { alarmOnFunction, alarmOnLine } from './alarms.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';

export interface PublicPageProps<N extends FunctionName> extends ServiceFunctionProps<N> {
  /** What goes wrong for people while this does not answer. A whole sentence. */
  readonly impact: string;
  /** Calls at the same time, reserved and not exceeded; 0: no limit. */
  readonly atOnce: number;
}

export class PublicPage<N extends FunctionName> extends Construct {
  readonly function: ServiceFunction<N>;
  /** Ends with a slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, { impact, atOnce, ...fn }: PublicPageProps<N>) {
    super(scope, id);
    this.function = new ServiceFunction(
      this,
      'Function',
      fn,
      atOnce === 0 ? {} : { reservedConcurrentExecutions: atOnce },
    );
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
    alarmOnFunction(this, this.function, impact);
    // The page answers for itself: what fails within it is no error of the function.
    alarmOnLine(this.function, 'Failures', { line: PAGE_FAILED, impact, runbook: 'function-errors' });
  }
}
