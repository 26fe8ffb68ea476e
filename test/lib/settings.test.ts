import { describe, expect, test } from 'vitest';

import { readSettings } from '../../lib/settings.ts';
import { anApp } from './synthesis.ts';

const reading = (settings: Record<string, unknown>) => () => readSettings(anApp(settings));

describe('settings', () => {
  test('have defaults', () => {
    expect(reading({})()).toEqual({
      sunset: 'instagram-e2ee',
      senderIdentity: 'example.com',
      platform: undefined,
      alarmTopicArn: undefined,
      preferencesUrl: undefined,
      preferencesConcurrency: 20,
      operatorRoles: [],
      sweepSegments: 4,
    });
  });

  test('come from the command line as text and from cdk.json as values', () => {
    const platform = { usersTable: 'people', chatsTable: 'threads' };
    const operatorRoles = ['operators', 'AWSReservedSSO_Support_0123456789abcdef'];
    const asText = { platform: JSON.stringify(platform), operatorRoles: JSON.stringify(operatorRoles) };
    expect(reading({ sweepSegments: '8', ...asText })()).toEqual(
      reading({ sweepSegments: 8, platform, operatorRoles })(),
    );
  });

  test('a typo stops the synthesis and names what there is', () => {
    expect(reading({ sunsett: 'polls' })).toThrow(
      'unknown setting "sunsett"; allowed are sunset, senderIdentity, platform, alarmTopicArn, preferencesUrl, preferencesConcurrency, operatorRoles, sweepSegments: correct it in -c or in the context of cdk.json',
    );
  });

  const bad: [string, unknown, string][] = [
    ['sunset', 'Instagram E2EE', 'lower-case letters'],
    ['sunset', 'polls-', 'lower-case letters'],
    ['senderIdentity', 'notices@example.com', 'a domain that SES has verified'],
    ['platform', '{usersTable', 'JSON with usersTable'],
    ['platform', { usersTable: 'people' }, 'JSON with usersTable'],
    [
      'platform',
      { usersTable: 'people', chatsTable: 'threads', mapping: { chats: { chatID: 'id' } } },
      'see mapping.chats.chatID',
    ],
    ['alarmTopicArn', 'on-call', 'the ARN of an SNS topic'],
    ...['notices.example.com', 'http://notices.example.com/', 'https://notices.example.com', 'https://localhost/'].map(
      (address): [string, unknown, string] => ['preferencesUrl', address, 'begins with https:// and ends with a slash'],
    ),
    ...['https://notices.example.com/?to=/', 'https://notices.example.com/#/', 'https://ana:key@example.com/'].map(
      (address): [string, unknown, string] => ['preferencesUrl', address, 'such as https://notices.example.com/'],
    ),
    ...['operators', '"operators"', ['arn:aws:iam::123456789012:role/operators'], [''], [7]].map(
      (roles): [string, unknown, string] => ['operatorRoles', roles, 'a JSON list of names of IAM roles'],
    ),
    ['sweepSegments', '0', 'a whole number from 1 to 64'],
    ['sweepSegments', 'many', 'a whole number from 1 to 64'],
  ];
  test.each(bad)('%s may not be %j', (name, given, sentence) => {
    expect(reading({ [name]: given })).toThrow(`setting "${name}" is ${JSON.stringify(given)}`);
    expect(reading({ [name]: given })).toThrow(sentence);
  });
});
