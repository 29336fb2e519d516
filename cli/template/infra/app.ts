// What `cdk deploy` puts up. Its settings are keys of the context in cdk.json, or `--context stage=prod` on the command line:
// https://github.com/millrace/millrace/blob/main/docs/deploy.md lists them.
import { App } from 'aws-cdk-lib';
import { MillraceStack, readSettings, stackNameOf } from 'millrace/cdk';

const app = new App();
const { tags, ...settings } = readSettings(app.node);
new MillraceStack(app, stackNameOf(settings.stage), {
  millrace: { ...settings, registry: 'queue/registry.ts' },
  ...(tags && { tags }),
});
