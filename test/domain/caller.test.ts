/** Who is a person: an IAM user, or the session of a role whose names an identity provider gives. */
import { describe, expect, it } from 'vitest';

import { callerOf } from '../../functions/domain/caller.ts';

const ROLES = ['AWSReservedSSO_Operators_0123456789abcdef'];
const sts = (rest: string) => `arn:aws:sts::123456789012:${rest}`;
const iam = (rest: string) => `arn:aws:iam::123456789012:${rest}`;

describe('a caller', () => {
  it.each([
    ['an IAM user', iam('user/First-Operator'), 'first-operator'],
    ['an IAM user with a path', iam('user/teams/mail/First-Operator'), 'first-operator'],
    ['a listed role’s session', sts(`assumed-role/${ROLES[0]}/first-operator`), 'first-operator'],
    ['an IAM user with a colon in the path', iam('user/mail:all/First-Operator'), 'first-operator'],
    ['a listed role’s session with a colon', sts(`assumed-role/${ROLES[0]}/first:operator`), 'first:operator'],
    ['of another partition', 'arn:aws-cn:iam::123456789012:user/first-operator', 'first-operator'],
  ])('who is %s is a person', (_, arn, person) => expect(callerOf(arn, ROLES)).toEqual({ who: person, person }));

  it('with two ways in is one person', () => {
    const ways = [iam('user/First-Operator'), sts(`assumed-role/${ROLES[0]}/first-operator`)];
    expect(new Set(ways.map((arn) => callerOf(arn, ROLES).person)).size).toBe(1);
  });

  it.each([
    ['another role’s session', sts('assumed-role/Deployment/first-operator'), 'role Deployment'],
    [
      'a role with a listed name as its beginning',
      sts(`assumed-role/${ROLES[0]}x/first-operator`),
      `role ${ROLES[0]}x`,
    ],
    ['a session without a name', sts(`assumed-role/${ROLES[0]}/`), `role ${ROLES[0]}`],
    ['a session with a path', sts(`assumed-role/${ROLES[0]}/a/b`), `assumed-role/${ROLES[0]}/a/b`],
    ['a federated user with a listed role’s name', sts(`federated-user/${ROLES[0]}/a`), `federated-user/${ROLES[0]}/a`],
    ['what IAM would not call a session', iam(`assumed-role/${ROLES[0]}/a`), `assumed-role/${ROLES[0]}/a`],
    ['what STS would not call a user', sts('user/first-operator'), 'user/first-operator'],
    ['a group, whatever is in its name', iam('group/mail:first-operator'), 'group/mail:first-operator'],
    ['a role itself', iam('role/first-operator'), 'role/first-operator'],
    ['the account’s root', iam('root'), 'root'],
    ['a federated user', sts('federated-user/first-operator'), 'federated-user/first-operator'],
    ['a user without a name', iam('user/'), 'user/'],
    ['nothing that IAM knows', 'first-operator', 'somebody unknown to IAM'],
    ['nobody', '', 'somebody unknown to IAM'],
  ])('who is %s is none', (_, arn, who) => expect(callerOf(arn, ROLES)).toEqual({ who, person: null }));
});
