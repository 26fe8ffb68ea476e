/**
 * An event as contracts/messages.ts wants it: the named paths and nothing else. Text stands in quotes, so that a path
 * which an event does not have leaves "" and the message stays JSON; what is no text, or may hold any sign, stands
 * without, and EventBridge writes its JSON.
 */
import { type IRule, type RuleTargetInputProperties, RuleTargetInput } from 'aws-cdk-lib/aws-events';

export class TransformedInput extends RuleTargetInput {
  private readonly paths: Readonly<Record<string, string>>;
  private readonly asJson: readonly string[];

  constructor(paths: Readonly<Record<string, string>>, asJson: readonly string[]) {
    super();
    this.paths = paths;
    this.asJson = asJson;
  }

  override bind(_rule: IRule): RuleTargetInputProperties {
    const fields = Object.keys(this.paths).map(
      (name) => `"${name}":${this.asJson.includes(name) ? `<${name}>` : `"<${name}>"`}`,
    );
    return { inputPathsMap: { ...this.paths }, inputTemplate: `{${fields.join(',')}}` };
  }
}
