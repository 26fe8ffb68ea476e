/** The CDK app: settings in, stacks out. */
import { App } from 'aws-cdk-lib';

import { deploy } from '../lib/deployment.ts';

deploy(new App());
