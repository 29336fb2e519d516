// What `cdk deploy` puts up. It needs a bootstrapped account and the SecureString with the connection string;
// nothing is looked up, so it is synthesized without credentials or network.
import { App } from 'aws-cdk-lib';
import { stackNameOf } from '#infra/function/stage.ts';
import { MillraceStack } from './millrace-stack.ts';
import { checkRules } from './rules.ts';
import { readSettings } from './settings.ts';

const app = new App();
checkRules(app);
const { tags, ...millrace } = readSettings(app.node);
new MillraceStack(app, stackNameOf(millrace.stage), {
  millrace: { ...millrace, registry: 'handlers/registry.ts' },
  ...(tags && { tags }),
});
