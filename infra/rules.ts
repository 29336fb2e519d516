// The rules that every synthesis is checked against, in addition to the CDK's own validation of the template.
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** Makes `app.synth()` throw on a finding. Exceptions are acknowledged, with their reason, beside what they excuse. */
export function checkRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
