// What a deployment without any setting is made of. A construct that is renamed is another resource to CloudFormation: it
// makes the new one and removes the old one, with its URL or its logs. So a change of this list is a decision.
import { expect, test } from 'vitest';
import { synthesize } from '#test/support/infra/synthesis.ts';

const template = synthesize();

test('a deployment without settings has these resources, under these ids', () => {
  const ids = Object.entries(template.toJSON()['Resources'] as Record<string, { Type: string }>)
    // Alarms, what they measure and dashboards hold nothing. A version is named after the code.
    .filter(([, { Type }]) => !/^AWS::(CloudWatch::|Logs::MetricFilter|Lambda::Version)/.test(Type))
    .map(([id, { Type }]) => `${Type} ${id}`);
  expect(ids.toSorted()).toEqual([
    'AWS::ApiGatewayV2::Api MillraceApiD496EC9A',
    'AWS::ApiGatewayV2::Integration MillraceApiGETv1proxyIntegration3A06A1BD',
    'AWS::ApiGatewayV2::Route MillraceApiDELETEv1proxy269BDD80',
    'AWS::ApiGatewayV2::Route MillraceApiGETconsoleF1755313',
    'AWS::ApiGatewayV2::Route MillraceApiGETconsoleproxy4E8F8B3F',
    'AWS::ApiGatewayV2::Route MillraceApiGETv1proxy269D8D75',
    'AWS::ApiGatewayV2::Route MillraceApiHEADconsole839D9016',
    'AWS::ApiGatewayV2::Route MillraceApiHEADconsoleproxy399013FF',
    'AWS::ApiGatewayV2::Route MillraceApiHEADv1proxy50B0F712',
    'AWS::ApiGatewayV2::Route MillraceApiPATCHv1proxyA349FB5E',
    'AWS::ApiGatewayV2::Route MillraceApiPOSTv1proxyCC95E5A3',
    'AWS::ApiGatewayV2::Route MillraceApiPUTv1proxyB5D0420C',
    'AWS::ApiGatewayV2::Stage MillraceApiDefaultStageEA510EC7',
    'AWS::IAM::Policy MillraceConsumerRoleDefaultPolicy4B7F6257',
    'AWS::IAM::Policy MillraceHttpRoleDefaultPolicy616ADE58',
    'AWS::IAM::Policy MillraceMigrationsFunctionRoleDefaultPolicy9BC0330D',
    'AWS::IAM::Policy MillraceMigrationsVersionsB49EBE94',
    'AWS::IAM::Policy MillraceTickRoleDefaultPolicy2568B6AA',
    'AWS::IAM::Role AWSCDKTriggerCustomResourceProviderCustomResourceProviderRoleE18FAF0A',
    'AWS::IAM::Role MillraceConsumerRoleD87D594E',
    'AWS::IAM::Role MillraceHttpRole473BA16A',
    'AWS::IAM::Role MillraceMigrationsFunctionRoleE880AD08',
    'AWS::IAM::Role MillraceTickRole0A92D9AE',
    'AWS::Lambda::EventInvokeConfig MillraceConsumerHandlerEventInvokeConfigCF2EA4DB',
    'AWS::Lambda::Function AWSCDKTriggerCustomResourceProviderCustomResourceProviderHandler97BECD91',
    'AWS::Lambda::Function MillraceConsumerHandlerB7834501',
    'AWS::Lambda::Function MillraceHttpHandler1D997FBB',
    'AWS::Lambda::Function MillraceMigrationsFunctionHandlerDD66E591',
    'AWS::Lambda::Permission MillraceApiGETv1proxyApiPermissionApiScopedTestMillraceHttpHandlerEB159B7DTestMillraceApi4D273C032ECEF244',
    'AWS::Logs::LogGroup AWSCDKTriggerCustomResourceProviderCustomResourceProviderLogs32401827',
    'AWS::Logs::LogGroup MillraceApiAccessLog3CB47F8F',
    'AWS::Logs::LogGroup MillraceConsumerLogsE165265E',
    'AWS::Logs::LogGroup MillraceHttpLogsBC95F7EC',
    'AWS::Logs::LogGroup MillraceMigrationsFunctionLogs44D7A9D7',
    'AWS::Scheduler::Schedule MillraceTickSchedule43CC1D58',
    'Custom::Trigger MillraceMigrationsTriggerA9EB21B1',
  ]);
});
