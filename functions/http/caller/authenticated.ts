/** Who was authenticated and how. Whether a browser speaks is decided in authenticate.ts. */
export interface Authenticated {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly by: 'jwt' | 'iam' | 'key';
  /** Whether it is a person: then what it calls with is on a machine that is not the deployment's, often in a browser. */
  readonly isPerson: boolean;
}
