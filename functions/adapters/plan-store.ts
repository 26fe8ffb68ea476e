/** The Plan table. One item for what changes together; every condition stands beside what it protects. */
import { NO_OUTCOMES, type Outcomes } from '../domain/breaker.ts';
import type { Plan } from '../domain/plan.ts';
import { isoInstant, type LocalDate, parseInstant } from '../domain/time.ts';
import type { CohortState } from '../domain/wave.ts';
import type {
  StoredChange,
  AgendaItem,
  AgendaKind,
  Group,
  PlanOffice,
  PlanStore,
  Population,
  RecordedTemplate,
  Run,
  Sunset,
  SweepSegment,
} from '../ports.ts';
import type { Item, Table } from '../runtime/table.ts';

const SUNSET_KEY = { pk: 'SUNSET', sk: 'SUNSET' };
const SWEEPS_KEY = { pk: 'SWEEPS', sk: 'SWEEPS' };
const BUDGET_KEY = { pk: 'PACER', sk: 'budget' };
/** Beside the sunset, so that one query reads the whole situation. */
const cohortKey = (id: string) => ({ pk: SUNSET_KEY.pk, sk: `COHORT#${id}` });
/** A plan and its templates are a value with a hash: written once, and read once by a process. */
const planKey = (hash: string) => ({ pk: `PLAN#${hash}`, sk: 'PLAN' });
const templateKey = (name: string) => ({ pk: `TEMPLATE#${name}`, sk: 'TEMPLATE' });
const groupKey = (id: string) => ({ pk: 'GROUP', sk: id });
/** A group's cohort and zone. */
const populationKey = (group: string) => ({ pk: 'POPULATION', sk: group.slice(0, group.lastIndexOf('~') + 1) });
const runKey = (group: string, notice: string) => ({ pk: 'RUN', sk: `${group}|${notice}` });
const countersKey = (id: string) => ({ pk: 'COUNTERS', sk: id });
const segmentKey = (sweep: string, segment: number) => ({
  pk: `SWEEP#${sweep}`,
  sk: String(segment).padStart(4, '0'),
});
const CHANGE = 'CHANGE';
/** Newest last, whatever its number's length. */
const changeKey = (id: string) => ({ pk: CHANGE, sk: id.slice(1).padStart(8, '0') });
const countersOfChanges = { pk: 'CHANGES', sk: 'LAST' };
const ABSENT = { condition: 'attribute_not_exists(pk)' };
const requestKey = (key: string) => ({ pk: `REQUEST#${key}`, sk: 'REQUEST' });
const agendaKey = ({ at, kind, id }: AgendaItem) => ({ pk: 'AGENDA', sk: `${isoInstant(at)}#${kind}#${id}` });

export function createPlanStore(table: Table): PlanStore & PlanOffice {
  let known: { hash: string; plan: Plan; templates: Sunset['templates'] } | undefined;
  // Which branch of a pacer took the last slot: it will most likely take the next one, and saves a request.
  const busy = new Set<string>();

  async function sunsetOfItem(item: Item | undefined): Promise<Sunset | undefined> {
    if (item === undefined) return undefined;
    const { hash, active } = item as Pick<Sunset, 'hash' | 'active'>;
    if (known?.hash !== hash) {
      const row = await table.get(planKey(hash));
      if (row === undefined) throw new Error(`plan ${hash} is not there: apply it again`);
      known = { hash, plan: JSON.parse(row['plan'] as string) as Plan, templates: row['templates'] };
    }
    return { ...known, active };
  }

  async function situation(): Promise<{ sunset: Sunset | undefined; cohorts: CohortState[] }> {
    const items = await table.queryAll(SUNSET_KEY.pk);
    return {
      sunset: await sunsetOfItem(items.find(({ sk }) => sk === SUNSET_KEY.sk)),
      cohorts: items.filter(({ sk }) => sk !== SUNSET_KEY.sk).map(cohortOfItem),
    };
  }

  return {
    async sunset() {
      return sunsetOfItem(await table.get(SUNSET_KEY));
    },
    async putSunset({ plan, templates, hash, active }) {
      await table.put({ ...planKey(hash), plan: JSON.stringify(plan), templates });
      await table.put({ ...SUNSET_KEY, hash, active });
    },
    async saveSunset({ plan, templates, hash, active }, read) {
      await table.put({ ...planKey(hash), plan: JSON.stringify(plan), templates });
      return table.put(
        { ...SUNSET_KEY, hash, active },
        read === undefined
          ? ABSENT
          : {
              condition: '#hash = :hash AND active = :active',
              names: { '#hash': 'hash' },
              values: { ':hash': read.hash, ':active': read.active },
            },
      );
    },
    async putPlan({ plan, templates, hash }) {
      await table.put({ ...planKey(hash), plan: JSON.stringify(plan), templates });
    },
    async planOf(hash) {
      const row = await table.get(planKey(hash));
      return row && { hash, plan: JSON.parse(row['plan'] as string) as Plan, templates: row['templates'] };
    },
    async replacePlan(from, to) {
      return (
        (await table.update(SUNSET_KEY, {
          update: 'SET #hash = :to',
          condition: '#hash = :from AND active = :true',
          names: { '#hash': 'hash' },
          values: { ':from': from, ':to': to, ':true': true },
        })) !== undefined
      );
    },
    situation,
    cohorts: async () => (await situation()).cohorts,
    async cohort(id) {
      const item = await table.get(cohortKey(id));
      return item && cohortOfItem(item);
    },
    putCohort: ({ id, ...rest }, read) =>
      table.put(
        { ...cohortKey(id), ...rest },
        read === undefined
          ? ABSENT
          : {
              condition: 'version = :version AND endDate = :endDate',
              values: { ':version': read.version, ':endDate': read.endDate },
            },
      ),
    async putTemplate(template) {
      await table.put({ ...templateKey(template.name), ...template }, ABSENT);
    },
    async template(name) {
      const item = await table.get(templateKey(name));
      if (item === undefined) return undefined;
      const { pk: _, sk: __, ...template } = item;
      return template as RecordedTemplate;
    },
    async release({ id, version, hold }, { endDate, movedAt }) {
      if (hold === null) return false;
      // The counters first: released with the old ones, the next outcome would set the same hold again.
      await table.batchWrite({ deletes: [countersKey(id)] });
      return (
        (await table.update(cohortKey(id), {
          update: 'SET #hold = :none, endDate = :endDate, movedAt = :movedAt, version = :next',
          condition: 'version = :version',
          names: { '#hold': 'hold' },
          values: {
            ':none': null,
            ':endDate': endDate,
            ':movedAt': movedAt,
            ':version': version,
            ':next': version + 1,
          },
        })) !== undefined
      );
    },
    async setCohort({ id, version }, changes) {
      const given = Object.entries(changes);
      return (
        (await table.update(cohortKey(id), {
          update: `SET ${given.map((_, at) => `#${at} = :${at}`).join(', ')}, version = :next`,
          condition: 'version = :version',
          names: Object.fromEntries(given.map(([name], at) => [`#${at}`, name])),
          values: {
            ...Object.fromEntries(given.map(([, value], at) => [`:${at}`, value])),
            ':version': version,
            ':next': version + 1,
          },
        })) !== undefined
      );
    },
    async outcomes() {
      const items = await table.queryAll('COUNTERS');
      return new Map(items.map((item) => [item['sk'] as string, outcomesOfItem(item)]));
    },
    async populations() {
      return (await table.queryAll('POPULATION')).map(populationOfItem);
    },
    async agenda(from, limit) {
      return (await table.queryAll('AGENDA', { from: isoInstant(from), to: '~', limit })).map(agendaItemOf);
    },

    async nextChange() {
      const counter = await table.update(countersOfChanges, {
        update: 'ADD #last :one',
        names: { '#last': 'last' },
        values: { ':one': 1 },
        returns: 'ALL_NEW',
      });
      return `c${counter?.['last']}`;
    },
    async createChange(change) {
      await table.put({ ...changeKey(change.id), ...change }, ABSENT);
    },
    async change(id) {
      const item = /^c[1-9]\d{0,7}$/.test(id) ? await table.get(changeKey(id)) : undefined;
      return item && changeOfItem(item);
    },
    saveChange: (change) =>
      table.put(
        { ...changeKey(change.id), ...change },
        { condition: 'version = :before', values: { ':before': change.version - 1 } },
      ),
    async changes({ before, limit }) {
      const to = before === null ? '~' : String(Number(before) - 1).padStart(8, '0');
      const items = await table.queryAll(CHANGE, { from: ' ', to, limit, descending: true });
      return {
        changes: items.map(changeOfItem),
        cursor: items.length < limit ? null : String(Number(items.at(-1)?.['sk'])),
      };
    },

    async rememberKey(key, { who, request, at }) {
      if (await table.put({ ...requestKey(key), who, request, at, answer: null }, ABSENT)) return null;
      const item = await table.get(requestKey(key));
      return { who: item?.['who'], request: item?.['request'], answer: item?.['answer'] ?? null };
    },
    async rememberAnswer(key, answer) {
      await table.update(requestKey(key), { update: 'SET answer = :answer', values: { ':answer': answer } });
    },
    async renewPermit({ id, version }, { until, needed }) {
      return (
        (await table.update(cohortKey(id), {
          update: 'SET permitUntil = :until, permitNeeded = :needed',
          condition: '#hold = :none AND version = :version AND permitUntil <= :until',
          names: { '#hold': 'hold' },
          values: { ':until': until, ':needed': needed, ':none': null, ':version': version },
        })) !== undefined
      );
    },
    async openWave({ id, version, wave, firstWaveAt }, at) {
      return (
        (await table.update(cohortKey(id), {
          update: 'SET wave = :next, waveOpenedAt = :at, firstWaveAt = :first, version = :version + :one',
          condition: '#hold = :none AND version = :version AND wave = :wave',
          names: { '#hold': 'hold' },
          values: {
            ':next': wave + 1,
            ':at': at,
            ':first': firstWaveAt ?? at,
            ':none': null,
            ':version': version,
            ':one': 1,
            ':wave': wave,
          },
        })) !== undefined
      );
    },
    async fixDate({ id, version }, at) {
      return (
        (await table.update(cohortKey(id), {
          update: 'SET firstWaveAt = :at, version = :next',
          condition: 'version = :version AND firstWaveAt = :none',
          values: { ':at': at, ':next': version + 1, ':version': version, ':none': null },
        })) !== undefined
      );
    },
    async hold(id, hold) {
      const item = await table.update(cohortKey(id), {
        update: 'SET #hold = :hold, version = version + :one',
        condition: '#hold = :none',
        names: { '#hold': 'hold' },
        values: { ':hold': hold, ':none': null, ':one': 1 },
        returns: 'ALL_NEW',
      });
      return item && (item['permitUntil'] as number);
    },
    async arm(id, arming, version) {
      return (
        (await table.update(cohortKey(id), {
          // Intents of an earlier arming have nothing to give back to this one.
          update:
            'SET arming = :arming, disabled = :zero, wave = :zero, waveOpenedAt = :none, soakWaived = :zero, version = version + :one REMOVE intents',
          condition: `attribute_exists(pk) AND (arming = :none OR arming.id <> :id)${version === undefined ? '' : ' AND version = :version'}`,
          values: {
            ...(version === undefined ? {} : { ':version': version }),
            ':arming': arming,
            ':zero': 0,
            ':one': 1,
            ':none': null,
            ':id': arming.id,
          },
        })) !== undefined
      );
    },
    async setTally(id, { headCount, nominated }) {
      await table.update(cohortKey(id), {
        update: 'SET headCount = :headCount, nominated = :nominated',
        condition: 'attribute_exists(pk)',
        values: { ':headCount': headCount, ':nominated': nominated },
      });
    },
    async reserveHeadCount(id, { arming, intent, chats, limit, at }) {
      return (
        (await table.update(cohortKey(id), {
          update: 'SET lastFlipAt = :at ADD disabled :chats, intents :intent',
          condition: 'arming.id = :arming AND disabled <= :room AND NOT contains(intents, :id)',
          values: {
            ':chats': chats,
            ':intent': new Set([intent]),
            ':id': intent,
            ':at': at,
            ':arming': arming,
            ':room': limit - chats,
          },
        })) !== undefined
      );
    },
    async headCount(id) {
      const item = await table.get(cohortKey(id));
      return { disabled: item?.['disabled'] ?? 0, intents: (item?.['intents'] as Set<string> | undefined)?.size ?? 0 };
    },
    async releaseHeadCount(id, { intent, notDisabled }) {
      await table.update(cohortKey(id), {
        update: 'ADD disabled :less DELETE intents :intent',
        condition: 'contains(intents, :id)',
        values: { ':less': -notDisabled, ':intent': new Set([intent]), ':id': intent },
      });
    },
    async countOutcomes(cohort, notice, more) {
      const kinds = Object.keys(more) as (keyof Outcomes)[];
      const counts = {
        update: `ADD ${kinds.map((_, at) => `#${at} :${at}`).join(', ')}`,
        names: Object.fromEntries(kinds.map((kind, at) => [`#${at}`, kind])),
        values: Object.fromEntries(kinds.map((kind, at) => [`:${at}`, more[kind]])),
      };
      await table.update(countersKey(`${cohort}|${notice}`), counts);
      const all = await table.update(countersKey(cohort), { ...counts, returns: 'ALL_NEW' });
      return outcomesOfItem(all ?? {});
    },

    async groups() {
      return (await table.queryAll('GROUP')).map(groupOfItem);
    },
    async group(id) {
      const item = await table.get(groupKey(id));
      return item && groupOfItem(item);
    },
    async createGroup(id) {
      await table.put({ ...groupKey(id), pages: {}, people: 0, review: null }, ABSENT);
    },
    async nextPage(group, language) {
      const item = await table.update(groupKey(group), {
        update: 'SET pages.#language = if_not_exists(pages.#language, :zero) + :one',
        names: { '#language': language },
        values: { ':zero': 0, ':one': 1 },
        returns: 'UPDATED_NEW',
      });
      return (item as { pages: Record<string, number> }).pages[language] as number;
    },
    async countPeople(group, more) {
      const notBefore = group.slice(group.lastIndexOf('~') + 1);
      const isLater = notBefore !== '' && more > 0;
      await Promise.all([
        table.update(groupKey(group), { update: 'ADD people :more', values: { ':more': more } }),
        table.update(populationKey(group), {
          update: `ADD people :more${isLater ? ', notBefore :date' : ''}`,
          values: { ':more': more, ...(isLater ? { ':date': new Set([notBefore]) } : {}) },
        }),
      ]);
    },
    async setReview(group, review) {
      await table.update(groupKey(group), { update: 'SET review = :review', values: { ':review': review } });
    },

    openRun: (run) => table.put(itemOfRun(run), ABSENT),
    async run(group, notice) {
      const item = await table.get(runKey(group, notice));
      return item && runOfItem(item);
    },
    async runs() {
      return (await table.queryAll('RUN')).map(runOfItem);
    },
    saveRun: (run, { state, openedAt, queued, lookAt, reopened }) =>
      table.put(itemOfRun(run), {
        condition:
          '#state = :state AND openedAt = :openedAt AND queued = :queued AND lookAt = :lookAt AND reopened = :reopened',
        names: { '#state': 'state' },
        values: { ':state': state, ':openedAt': openedAt, ':queued': queued, ':lookAt': lookAt, ':reopened': reopened },
      }),

    async due(now, limit) {
      const items: AgendaItem[] = [];
      for await (const item of table.query('AGENDA', { to: `${isoInstant(now)}~`, limit }))
        items.push(agendaItemOf(item));
      return items;
    },
    schedule: (...items) => table.batchWrite({ puts: unique(items.map(agendaKey)) }),
    unschedule: (...items) => table.batchWrite({ deletes: unique(items.map(agendaKey)) }),

    async createSegment(segment) {
      await table.put(itemOfSegment(segment), ABSENT);
    },
    async segment(sweep, segment) {
      const item = await table.get(segmentKey(sweep, segment));
      return item && segmentOfItem(item);
    },
    async segments(sweep) {
      return (await table.queryAll(`SWEEP#${sweep}`)).map(segmentOfItem);
    },
    async saveSegment(segment) {
      await table.put(itemOfSegment(segment));
    },
    async sweeps() {
      const item = await table.get(SWEEPS_KEY);
      const instant = (name: string) => (item?.[name] as number | undefined) ?? null;
      return { last: instant('last'), closing: instant('closing'), next: instant('next') };
    },
    async sweepEnded(startedAt, { afterClosing }) {
      await table.update(SWEEPS_KEY, {
        update: `SET #last = :at${afterClosing ? ', closing = if_not_exists(closing, :at)' : ''}`,
        condition: 'attribute_not_exists(#last) OR #last < :at',
        names: { '#last': 'last' },
        values: { ':at': startedAt },
      });
    },
    async nextSweep({ from, to }) {
      return (
        (await table.update(SWEEPS_KEY, {
          update: 'SET #next = :to',
          condition: from === null ? 'attribute_not_exists(#next)' : '#next = :from',
          names: { '#next': 'next' },
          values: { ':to': to, ...(from === null ? {} : { ':from': from }) },
        })) !== undefined
      );
    },

    async setBudget({ left, rate }) {
      await table.update(BUDGET_KEY, {
        update: 'SET #left = :left, rate = :rate',
        names: { '#left': 'left' },
        values: { ':left': left, ':rate': rate },
      });
    },
    async budget() {
      const item = await table.get(BUDGET_KEY);
      return item && { left: item['left'] as number, rate: item['rate'] as number };
    },
    async reserve(pacer, { now, length, latest, budget = 0 }) {
      const key = pacer === 'mail' ? BUDGET_KEY : { pk: 'PACER', sk: pacer };
      const names = { '#next': 'next', ...(budget === 0 ? {} : { '#left': 'left' }) };
      const spend = budget === 0 ? '' : ', #left = #left - :budget';
      const affordable = budget === 0 ? '' : ' AND #left >= :budget';
      const afford = budget === 0 ? {} : { ':budget': budget };
      // The generic cell rate algorithm. UpdateItem knows no max(): one branch for a free pacer, one for a busy one.
      const whenFree = async () => {
        const taken = await table.update(key, {
          update: `SET #next = :after${spend}`,
          condition: `(attribute_not_exists(#next) OR #next <= :now)${affordable}`,
          names,
          values: { ':after': now + length, ':now': now, ...afford },
        });
        return taken && now;
      };
      const whenBusy = async () => {
        const queued = await table.update(key, {
          update: `SET #next = #next + :length${spend}`,
          condition: `#next > :now AND #next <= :latest${affordable}`,
          names,
          values: { ':length': length, ':now': now, ':latest': latest, ...afford },
          returns: 'UPDATED_OLD',
        });
        return queued && (queued['next'] as number);
      };
      for (let tries = 0; tries < 8; tries++) {
        const busyFirst = busy.has(pacer);
        let slot = await (busyFirst ? whenBusy() : whenFree());
        if (slot === undefined) {
          slot = await (busyFirst ? whenFree() : whenBusy());
          if (slot !== undefined && busyFirst) busy.delete(pacer);
          else if (slot !== undefined) busy.add(pacer);
        }
        if (slot !== undefined) return slot;
        const item = await table.get(key);
        if (budget > 0 && ((item?.['left'] as number | undefined) ?? 0) < budget) return 'spent';
        if (((item?.['next'] as number | undefined) ?? 0) > latest) return 'late';
      }
      return 'late';
    },
    async saveReport(at, report) {
      await table.put({ pk: 'REPORT', sk: isoInstant(at), report });
    },
  };
}

/** A batch may name a key once only. */
function unique(keys: readonly { pk: string; sk: string }[]): Item[] {
  return [...new Map(keys.map((key) => [key.sk, key])).values()];
}

function cohortOfItem({ pk: _, sk, intents: __, ...rest }: Item): CohortState {
  return { id: (sk as string).slice('COHORT#'.length), ...rest } as CohortState;
}

function groupOfItem({ sk, pages, people = 0, review }: Item): Group {
  return { id: sk, pages, people, review };
}

function populationOfItem({ sk, people, notBefore = [] }: Item): Population {
  return { group: sk, people, notBefore: [...(notBefore as Iterable<LocalDate>)] };
}

function agendaItemOf({ sk }: Item): AgendaItem {
  const [at = '', kind = '', ...id] = (sk as string).split('#');
  return { at: parseInstant(at), kind: kind as AgendaKind, id: id.join('#') };
}

function outcomesOfItem(item: Item): Outcomes {
  const counted = Object.keys(NO_OUTCOMES).map((kind) => [kind, (item[kind] as number | undefined) ?? 0]);
  return Object.fromEntries(counted) as Record<keyof Outcomes, number>;
}

function changeOfItem({ pk: _, sk: __, ...change }: Item): StoredChange {
  return change as StoredChange;
}

function itemOfRun({ group, notice, ...rest }: Run): Item {
  return { ...runKey(group, notice), ...rest };
}
function runOfItem({ pk: _, sk, ...rest }: Item): Run {
  const [group, notice] = (sk as string).split('|');
  return { group, notice, ...rest } as Run;
}

function itemOfSegment({ sweep, segment, ...rest }: SweepSegment): Item {
  return { ...segmentKey(sweep, segment), ...rest };
}
function segmentOfItem({ pk, sk, ...rest }: Item): SweepSegment {
  return { sweep: (pk as string).slice('SWEEP#'.length), segment: Number(sk), ...rest } as SweepSegment;
}
