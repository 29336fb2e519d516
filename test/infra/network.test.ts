// A database that is reached from a VPC only: the functions go there, and nothing else changes.
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { expect, test } from 'vitest';
import { Millrace } from '#infra/millrace.ts';
import { allowed } from '#test/support/infra/allowed.ts';
import { resourcesOf, stackOf, synthesize } from '#test/support/infra/synthesis.ts';

const stack = stackOf();
const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  privateSubnetIds: ['subnet-1', 'subnet-2'],
  privateSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
});
const securityGroups = [SecurityGroup.fromSecurityGroupId(stack, 'Database', 'sg-1')];
new Millrace(stack, 'Inside', {
  network: { vpc, securityGroups, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } },
});
const template = Template.fromStack(stack);
const paths = ['InsideConsumer', 'InsideHttp', 'InsideMigrations'];

test('all three functions are in the subnets, with the operator’s security groups', () => {
  const functions = resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) =>
    paths.some((path) => id.startsWith(path)),
  );
  expect(functions).toHaveLength(3);
  for (const [, { Properties }] of functions)
    expect(Properties.VpcConfig).toEqual({
      SubnetIds: ['subnet-1', 'subnet-2'],
      SecurityGroupIds: ['sg-1'],
    });
});

test('they may manage network interfaces and still write to no log but their own', () => {
  for (const path of paths) {
    const managed = allowed(template, path).filter((line) => line.startsWith('managed policy'));
    expect(managed).toEqual([
      'managed policy arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaENIManagementAccess',
    ]);
  }
});

test('a database in it is reached over TCP, and trusted by what AWS signs its certificates with', () => {
  const changed = (driver: 'neon' | 'pg') =>
    resourcesOf(synthesize({ driver }), 'AWS::Lambda::Function').flatMap(
      ([, { Properties }]) => Properties.Environment?.Variables?.NODE_EXTRA_CA_CERTS ?? [],
    );
  expect(changed('pg')).toEqual(Array(3).fill('/var/runtime/ca-cert.pem'));
  expect(changed('neon')).toEqual([]);
});

test('without it no function is in a VPC', () => {
  for (const [, { Properties }] of resourcesOf(synthesize(), 'AWS::Lambda::Function'))
    expect(Properties.VpcConfig).toBeUndefined();
});
