/** `sunset doctor`: what the system finds, and what name servers say of the sender. */
import { describe, expect, it } from 'vitest';

import { dmarcFinding } from '../../bin/commands/dmarc.ts';
import { EXIT } from '../../bin/commands/exit.ts';
import type { Doctor, Finding } from '../../functions/contracts/operator-api.ts';
import { operatorsDesk } from './desk.ts';

const desk = operatorsDesk();
const ok: Finding = { check: 'quota', state: 'ok', sentence: 'the quota allows 50,000 mails a day', todo: null };
const doctor = (findings: readonly Finding[], senderDomain: string | null = 'mail.example.com') => {
  desk.answers({ doctor: () => ({ at: '2026-04-09T10:00:00.000Z', senderDomain, findings: [...findings] }) });
};

/** A name server that knows these names; a code in the place of records fails with it. */
const names = (known: Readonly<Record<string, readonly string[] | string>>) => (name: string) => {
  const found = known[name] ?? 'ENOTFOUND';
  if (typeof found === 'string') return Promise.reject(Object.assign(new Error(found), { code: found }));
  return Promise.resolve(found.map((text) => [text.slice(0, 5), text.slice(5)]));
};
const state = async (known: Parameters<typeof names>[0]) =>
  (await dmarcFinding('mail.example.com', names(known))).state;

describe('the doctor', () => {
  it('adds what name servers say to what the system found', async () => {
    doctor([ok]);
    const resolveTxt = names({ '_dmarc.mail.example.com': ['v=DMARC1; p=reject'] });
    const ran = await desk.run('doctor', { resolveTxt });
    expect(ran.exit).toBe(EXIT.done);
    expect(ran.out).toContain('ok       quota: the quota allows 50,000 mails a day\n');
    expect(ran.out).toContain('ok       dmarc: _dmarc.mail.example.com says reject\n');
    const machine = JSON.parse((await desk.run('doctor --json', { resolveTxt })).out) as Doctor;
    expect(machine.findings.map(({ check }) => check)).toEqual(['quota', 'dmarc']);
  });

  it('ends with 1 where anything is wrong, and says what to do', async () => {
    doctor([{ ...ok, state: 'wrong', todo: 'ask AWS for more' }]);
    const ran = await desk.run('doctor');
    expect(ran.exit).toBe(EXIT.refused);
    expect(ran.out).toContain('→ ask AWS for more');
    doctor([{ ...ok, state: 'warning' }]);
    expect((await desk.run('doctor')).exit).toBe(EXIT.done);
    doctor([ok]);
    expect((await desk.run('doctor', { resolveTxt: names({}) })).exit).toBe(EXIT.refused);
  });

  it('asks no name server for the local system, nor where there is no sender yet', async () => {
    const resolveTxt = () => Promise.reject(new Error('nobody may be asked'));
    doctor([ok]);
    expect((await desk.run('doctor --local', { resolveTxt })).out).toContain('no name server was asked');
    expect((await desk.run('doctor')).out).toContain('no name server was asked');
    doctor([ok], null);
    expect((await desk.run('doctor', { resolveTxt })).out).toContain('the sender has no domain of its own yet');
  });
});

describe('DMARC', () => {
  const OWN = '_dmarc.mail.example.com';
  const ABOVE = '_dmarc.example.com';
  it.each<[string, Parameters<typeof names>[0], Finding['state']]>([
    ['a policy of its own', { [OWN]: ['v=DMARC1; p=quarantine'] }, 'ok'],
    [
      'its own before that of the domain above',
      { [OWN]: ['v=DMARC1;p=none'], [ABOVE]: ['v=DMARC1;p=reject'] },
      'warning',
    ],
    ['that of the domain above', { [ABOVE]: ['v=DMARC1; p=reject'] }, 'ok'],
    ['its policy for domains below', { [ABOVE]: ['v=DMARC1; p=reject; sp=none'] }, 'warning'],
    ['other records beside it', { [OWN]: ['v=spf1 -all', 'v=DMARC1; p=reject'] }, 'ok'],
    ['names that exist without records', { [OWN]: 'ENODATA', [ABOVE]: ['v=DMARC1; P=REJECT'] }, 'ok'],
    ['two records, of which none counts', { [OWN]: ['v=DMARC1; p=reject', 'v=DMARC1; p=none'] }, 'wrong'],
    ['a record without a policy', { [OWN]: ['v=DMARC1; rua=mailto:dmarc@example.com'] }, 'wrong'],
    ['no record', {}, 'wrong'],
    ['a name server that does not answer', { [OWN]: 'ETIMEOUT' }, 'unknown'],
  ])('%s', async (_, known, expected) => expect(await state(known)).toBe(expected));
});
