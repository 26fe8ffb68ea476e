/** The stacks of one deployment, and the rules they are held to. */
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

import { readSettings } from './settings.ts';
import { StateStack } from './state-stack.ts';
import { SunsetStack } from './sunset-stack.ts';

export interface DeploymentProps {
  /** The folder of the entry points. @default - this project's functions/ */
  readonly functions?: string | undefined;
}

/** Ids and so file names (`State.template.json`) stay; what the stacks are called follows the sunset's name. */
export function deploy(app: App, { functions }: DeploymentProps = {}): { state: StateStack; sunset: SunsetStack } {
  const { platform, ...settings } = readSettings(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

  const state = new StateStack(app, 'State', {
    stackName: `${settings.sunset}-state`,
    description: 'Sunset: what must outlive every deployment',
    platform,
  });
  const sunset = new SunsetStack(app, 'Sunset', {
    stackName: settings.sunset,
    description: 'Sunset: retires one feature without harming the people who use it',
    state,
    functions,
    ...settings,
  });
  return { state, sunset };
}
