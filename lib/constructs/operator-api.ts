/**
 * A function at an address that only callers with a signature reach: IAM says who they are, the function what they may
 * do. Nobody is let in by the stack itself; whoever deploys it attaches `access` to operators.
 */
import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import type { FunctionName } from '../../functions/contracts/environment.ts';
import { alarmOnFunction } from './alarms.ts';
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts';

export interface OperatorApiProps<N extends FunctionName> extends ServiceFunctionProps<N> {
  /** What operators cannot do while this does not answer. A whole sentence. */
  readonly impact: string;
}

export class OperatorApi<N extends FunctionName> extends Construct {
  readonly function: ServiceFunction<N>;
  /** Ends with a slash. */
  readonly url: string;
  /** For operators: to find the address in the stack's outputs, and to call it. */
  readonly access: ManagedPolicy;

  constructor(scope: Construct, id: string, { impact, ...fn }: OperatorApiProps<N>) {
    super(scope, id);
    this.function = new ServiceFunction(this, 'Function', fn);
    this.url = this.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }).url;
    alarmOnFunction(this, this.function, impact);

    const resources = [this.function.functionArn];
    this.access = new ManagedPolicy(this, 'Access', {
      description: `Who has it may call the operator API of ${Stack.of(this).stackName}`,
      statements: [
        // Lambda asks for both; the second by this address only, where the function learns who calls.
        new PolicyStatement({
          actions: ['lambda:InvokeFunctionUrl'],
          resources,
          conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
        }),
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources,
          conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
        }),
        new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Stack.of(this).stackId] }),
      ],
    });
  }
}
