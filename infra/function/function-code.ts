// The code of a function as an asset: bundled when the stack is synthesized, and known by what came out, so that a deployment
// without a change uploads nothing.
import { dirname } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Application } from '#bundling/application.ts';
import type { BundlingOptions } from '#bundling/bundle.ts';
import { bundleFunction, type Driver, type FunctionName } from '#bundling/bundle-function.ts';

/** What a function is made of. */
export interface FunctionSource {
  readonly application: Application;
  readonly bundling: BundlingOptions | undefined;
  readonly driver: Driver;
}

export function functionCode(
  name: FunctionName,
  { application, bundling: { external = [], ...options } = {}, driver }: FunctionSource,
): Code {
  return Code.fromAsset(dirname(application.registry), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type, and never started: the bundle is made in this process.
      image: DockerImage.fromRegistry('none'),
      // The CDK takes assets for the same whose source and options are, and it does not see what is called below.
      command: [name, JSON.stringify([application, external, options, driver])],
      local: {
        tryBundle(folder) {
          // Lambda's runtime has the SDK; a bundled client alone would be larger than everything else.
          const withRuntime = { ...options, external: ['@aws-sdk/*', ...external], driver };
          bundleFunction(name, application, folder, withRuntime);
          return true;
        },
      },
    },
  });
}
