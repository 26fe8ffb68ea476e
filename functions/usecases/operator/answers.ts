/** Each route of the operator API, and who answers it. */
import type { AnswerOf, BodyOf, QueryOf, RouteName } from '../../contracts/operator-api.ts';
import type { Office } from '../../ports.ts';
import { auditPage } from './audit-trail.ts';
import { blocked } from './blocked.ts';
import { approve, edit, listChanges, oneChange, propose, reject } from './changes.ts';
import { disarm, pause, resume } from './cohorts.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { hold, release } from './holds.ts';
import { reschedule } from './moves.ts';
import { limitOf } from './paging.ts';
import { exempt, signal } from './people.ts';
import { person } from './person.ts';
import { apply, diffPlan, showPlan } from './plan.ts';
import { redrive } from './redrive.ts';
import type { Asker } from './situation.ts';
import { status } from './status.ts';
import { testSend } from './test-send.ts';

/** A request that its schemas have let through. */
export interface Asked<N extends RouteName> {
  readonly body: BodyOf<N>;
  readonly query: QueryOf<N>;
  /** Of the path. */
  readonly parameters: Readonly<Record<string, string>>;
}
type Answers = {
  readonly [N in RouteName]: (office: Office, asker: Asker, asked: Asked<N>) => Promise<AnswerOf<N>>;
};

/** A write that answers how its cohort is now. */
const cohortAfter =
  (write: typeof disarm) =>
  async (office: Office, asker: Asker, { body, parameters: { cohort = '' } }: Asked<'disarm' | 'pause' | 'resume'>) => {
    await write(office, asker, { ...body, cohort });
    const after = (await status(office, asker)).cohorts.find(({ id }) => id === cohort);
    if (after === undefined) throw new Error(`cohort ${cohort} was there, and then was not`);
    return after;
  };

export const ANSWERS: Answers = {
  status: (office, asker) => status(office, asker),
  plan: (office, asker) => showPlan(office, asker),
  diff: (office, asker, { body }) => diffPlan(office, asker, body),
  apply: (office, asker, { body }) => apply(office, asker, body),
  reschedule: (office, asker, { body, parameters: { cohort = '' } }) => reschedule(office, asker, { ...body, cohort }),
  disarm: cohortAfter(disarm),
  pause: cohortAfter(pause),
  resume: cohortAfter(resume),
  hold: (office, asker, { body }) => hold(office, asker, body),
  release: (office, asker, { body }) => release(office, asker, body),
  changes: (office, asker, { query }) => listChanges(office, asker, { ...query, limit: limitOf(query.limit) }),
  propose: (office, asker, { body }) => propose(office, asker, body),
  change: (office, asker, { parameters: { change = '' } }) => oneChange(office, asker, change),
  edit: (office, asker, { body, parameters: { change = '' } }) => edit(office, asker, { ...body, change }),
  approve: (office, asker, { body, parameters: { change = '' } }) => approve(office, asker, { ...body, change }),
  reject: (office, asker, { body, parameters: { change = '' } }) => reject(office, asker, { ...body, change }),
  person: (office, asker, { parameters }) => person(office, asker, { person: parameters['person'] ?? '' }),
  exempt: (office, asker, { body, parameters }) =>
    exempt(office, asker, { ...body, person: parameters['person'] ?? '' }),
  signal: (office, asker, { body, parameters }) =>
    signal(office, asker, { ...body, person: parameters['person'] ?? '' }),
  explain: (office, asker, { parameters: { chat = '' } }) => explain(office, asker, { chat }),
  blocked: (office, _, { query }) => blocked(office, query),
  redrive: (office, asker, { body, parameters: { queue = '' } }) => redrive(office, asker, { ...body, queue }),
  audit: (office, _, { query }) => auditPage(office, query),
  doctor: (office, asker) => doctor(office, asker),
  testSend: (office, asker, { body }) => testSend(office, asker, body),
};
