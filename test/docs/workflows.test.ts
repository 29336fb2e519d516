// The workflows for GitHub, this repository's own and the one to copy: nothing here can run them, so what can be read is held.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly steps: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = 'docs/github-actions';
const paths = [
  '.github/workflows/check.yml',
  '.github/workflows/release.yml',
  `${folder}/deploy.yml`,
];
const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));

const workflowAt = async (path: string): Promise<Workflow> =>
  // Strictly: a key that is given twice is an error.
  parse(await readFile(path, 'utf8'), { strict: true, uniqueKeys: true });

describe.each(paths)('%s', async (path) => {
  const workflow = await workflowAt(path);
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test('names every action by its commit', () => {
    for (const { uses } of steps) if (uses) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40}$/);
  });

  test('may read the repository, and asks for a token only where AWS or npm take one', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { permissions, steps } of jobs) {
      const isTrusted = steps.some(
        ({ uses, run }) => uses?.startsWith('aws-actions/') || run?.startsWith('npm publish'),
      );
      expect(permissions).toEqual(
        isTrusted ? { contents: 'read', 'id-token': 'write' } : undefined,
      );
    }
  });

  test('has no key of AWS or npm, and leaves none of GitHub’s behind', async () => {
    expect(await readFile(path, 'utf8')).not.toMatch(
      /secrets\.|aws-secret-access-key|NODE_AUTH_TOKEN/,
    );
    for (const { uses, with: options } of steps)
      if (uses?.startsWith('actions/checkout@'))
        expect(options).toMatchObject({ 'persist-credentials': false });
  });

  test('runs nothing that a person outside can write, and ends', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
    for (const job of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });

  test('runs scripts that there are', () => {
    for (const { run = '' } of steps) {
      const [, script] = /^npm run (\S+)/.exec(run) ?? [];
      if (script) expect(scripts).toHaveProperty(script);
    }
  });
});

test('a release is published from a tag, after the tag was compared and everything checked', async () => {
  const { on, jobs } = await workflowAt('.github/workflows/release.yml');
  expect(on).toEqual({ push: { tags: ['v*'] } });
  const steps = jobs['publish']?.steps ?? [];
  expect(steps.flatMap(({ run }) => run ?? [])).toEqual([
    'node .ci/release.ts tag',
    'npm ci',
    'npm run check',
    'npm publish --provenance --access public',
  ]);
  // What another workflow has put into a cache is no part of what is published.
  for (const { with: options } of steps) expect(options ?? {}).not.toHaveProperty('cache');
});

describe('the deployment', async () => {
  const { jobs } = await workflowAt(`${folder}/deploy.yml`);

  test.each(['diff', 'deploy'])('%s builds before it has credentials', (name) => {
    const steps = jobs[name]?.steps ?? [];
    const credentials = steps.findIndex(({ uses }) => uses?.startsWith('aws-actions/'));
    const build = steps.findIndex(({ run }) => run?.includes('cdk synth'));
    expect(build).toBeGreaterThan(0);
    expect(credentials).toBeGreaterThan(build);
    for (const { run = '' } of steps.slice(credentials + 1))
      if (run.includes('cdk')) expect(run).toContain('--app cdk.out');
  });

  test('takes each stage’s role from its own environment', () => {
    expect(jobs['deploy']?.environment).toBe('$' + '{{ matrix.stage }}');
  });

  test('is trusted by AWS for one environment of one repository', async () => {
    const { Statement } = JSON.parse(await readFile(`${folder}/trust-policy.json`, 'utf8'));
    const [{ Action, Condition }, ...others] = Statement;
    expect(others).toEqual([]);
    expect(Action).toBe('sts:AssumeRoleWithWebIdentity');
    const host = 'token.actions.githubusercontent.com';
    expect(Condition).toEqual({
      StringEquals: {
        [`${host}:aud`]: 'sts.amazonaws.com',
        [`${host}:sub`]: expect.stringMatching(/^repo:[\w-]+\/[\w-]+:environment:\w+$/),
      },
    });
  });

  test('may take on the roles of the CDK’s bootstrap, and nothing else', async () => {
    const { Statement } = JSON.parse(await readFile(`${folder}/deploy-policy.json`, 'utf8'));
    expect(Statement).toHaveLength(1);
    expect(Statement[0].Action).toBe('sts:AssumeRole');
    for (const arn of Statement[0].Resource)
      expect(arn).toMatch(
        /:role\/cdk-hnb659fds-(deploy|file-publishing|lookup)-role-\d{12}-[\w-]+$/,
      );
  });
});
