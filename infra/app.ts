// What `cdk deploy` puts up, checked against the rules of AwsSolutions and Serverless at each synthesis.
// It needs a bootstrapped account and the SecureString with the connection string; nothing is looked up.
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { MillraceStack } from './millrace-stack.ts';
import { readSettings } from './settings.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
new MillraceStack(app, 'Millrace', { millrace: readSettings(app.node) });
