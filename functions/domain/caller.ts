/**
 * Who asks. IAM has let them in; what they may do depends on whether their name is theirs. An IAM user is a person, and so
 * is the session of a role that the deployment lists as managed by an identity provider: elsewhere whoever assumes a role
 * chooses the session's name, and could be two people. Names are compared without case: one human with two ways in
 * counts once.
 */
export interface Caller {
  /** As the audit trail names them. */
  readonly who: string;
  /** Null: a role, a service, the account's root. */
  readonly person: string | null;
}

/** @param roles names of the roles whose session names an identity provider gives */
export function callerOf(userArn: string, roles: readonly string[]): Caller {
  const [, , service = '', , , ...rest] = userArn.split(':');
  const [kind = '', ...path] = rest.join(':').split('/');
  const name = path.at(-1) ?? '';
  if (service === 'iam' && kind === 'user' && name !== '') return personOf(name);
  if (service === 'sts' && kind === 'assumed-role' && path.length === 2) {
    const [role = '', session = ''] = path;
    return roles.includes(role) && session !== '' ? personOf(session) : { who: `role ${role}`, person: null };
  }
  return { who: kind === '' ? 'somebody unknown to IAM' : rest.join(':'), person: null };
}

function personOf(name: string): Caller {
  const person = name.toLowerCase();
  return { who: person, person };
}
