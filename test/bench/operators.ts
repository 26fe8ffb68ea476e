/**
 * How long operators wait, with an audience of a hundred thousand: `person` and `explain` of somebody with a long history,
 * through the API itself, on tables in this process. Ends with 1 where they take longer than a person would wait, or where
 * `status` reads more than it may. A deployed table answers each request faster than this one, from farther away.
 */
import { PAGE_SIZE } from '../../functions/domain/group.ts';
import { DAY, type Instant, localDate, MINUTE, parseInstant } from '../../functions/domain/time.ts';
import { templateOf } from '../../functions/mail/templates.ts';
import type { Item } from '../../functions/runtime/table.ts';
import { countRequests } from '../../functions/runtime/counted.ts';
import { notify } from '../../functions/usecases/notify.ts';
import { BERLIN, END, GROUP, PAGE, PLAN, ZONES } from '../domain/examples.ts';
import { ANA, deskOf } from '../usecases/operator/desk.ts';
import {
  D14,
  D14_AT,
  D35,
  D35_AT,
  delivering,
  ENDED,
  enrolled,
  officeOf,
  putChat,
  putUser,
  startWorld,
  type TestWorld,
  workOff,
} from '../usecases/world.ts';

const PEOPLE = Number(process.env['PEOPLE'] ?? 100_000);
const ASKED = 50;
const MOST_MS = 300;
const MOST_REQUESTS = 20;

const STAR = 'star';
const CHATS = ['chat-of-star', 'chat-off', 'chat-of-many'];
const LATER_GROUP = `eea~${BERLIN}~2026-06-07`;
const LATER_PAGE = `${LATER_GROUP}~de~1`;

/** One row after the example of another that the product has written. */
const like = (row: Item | undefined, changes: Item): Item => ({ ...row, ...changes });

/** Everybody but one: members on full pages with a notice behind them, each two with a chat; groups, runs and counts. */
async function putAudience(world: TestWorld): Promise<void> {
  const { plan, ledger, users, chats } = world.tables;
  const groups = PLAN.cohorts.flatMap(({ id }) => ZONES.slice(0, 400).map((zone) => `${id}~${zone}~`));
  const page = await ledger.get({ pk: `PAGE#${PAGE}`, sk: 'PAGE' });
  const record = await ledger.get({ pk: `PAGE#${PAGE}`, sk: `NOTICE#${D35}` });
  const letter = await ledger.get({ pk: `LETTER#${PAGE}`, sk: `${D35}#1` });
  const member = await ledger.get({ pk: `PERSON#${STAR}`, sk: 'MEMBER' });
  const user = await users.get({ userId: STAR });
  const chat = await chats.get({ chatId: 'chat-of-star' });
  const run = await plan.get({ pk: 'RUN', sk: `${GROUP}|${D35}` });
  const pagesOf = new Map<string, number>();
  const TOGETHER = 100 * PAGE_SIZE;
  for (let from = 0; from < PEOPLE; from += TOGETHER) {
    const numbers = Array.from({ length: Math.min(TOGETHER, PEOPLE - from) }, (_, at) => from + at);
    const groupOf = (number: number) => groups[Math.floor(number / PAGE_SIZE) % groups.length] ?? '';
    const pageOf = (number: number) => `${groupOf(number)}~en~${1 + Math.floor(number / PAGE_SIZE / groups.length)}`;
    const pages = Map.groupBy(numbers, pageOf);
    for (const [id, people] of pages) pagesOf.set(groupOf(people[0] ?? 0), Number(id.split('~').at(-1)));
    await Promise.all([
      ledger.batchWrite({
        puts: numbers.map((number) =>
          like(member, {
            pk: `PERSON#person-${number}`,
            cohort: groupOf(number).split('~')[0],
            group: groupOf(number),
            page: pageOf(number),
            chats: new Set([`chat-${Math.floor(number / 2)}`]),
          }),
        ),
      }),
      ledger.batchWrite({
        puts: [...pages].flatMap(([id, people]) => [
          like(page, { pk: `PAGE#${id}`, members: people.map((number) => `person-${number}`) }),
          like(record, { pk: `PAGE#${id}` }),
          like(letter, { pk: `LETTER#${id}` }),
        ]),
      }),
      users.batchWrite({ puts: numbers.map((number) => like(user, { userId: `person-${number}` })) }),
      chats.batchWrite({
        puts: numbers
          .filter((number) => number % 2 === 0)
          .map((number) =>
            like(chat, {
              chatId: `chat-${number / 2}`,
              participants: new Set([`person-${number}`, `person-${number + 1}`]),
            }),
          ),
      }),
    ]);
  }
  const of = PEOPLE / groups.length;
  await plan.batchWrite({
    puts: groups.flatMap((group) => [
      { pk: 'GROUP', sk: group, pages: { en: pagesOf.get(group) ?? 0 }, people: of, review: null },
      { pk: 'POPULATION', sk: group, people: of },
      ...PLAN.stages.map(({ name }) => like(run, { pk: 'RUN', sk: `${group}|${name}@${END}` })),
    ]),
  });
  for (const { id } of PLAN.cohorts)
    for (const { name } of PLAN.stages)
      await world.plan.countOutcomes(id, `${name}@${END}`, { delivered: PEOPLE / 4, bounced: 20 });
}

/** Somebody who was told one date, asked for more time, and was told another: five letters on two pages, and three chats. */
async function putStar(world: TestWorld): Promise<void> {
  const { clock, ledger, plan, platform } = world;
  for (const { name } of [...PLAN.stages, { name: 'moved' as const }])
    await plan.putTemplate({ ...templateOf(PLAN, name, 'de'), name: `${name}/de` });
  const mates = Array.from({ length: PAGE_SIZE - 1 }, (_, at) => `mate-${at}`);
  for (const group of [GROUP, LATER_GROUP]) {
    await plan.createGroup(group);
    await plan.nextPage(group, 'de');
    await plan.countPeople(group, PAGE_SIZE);
  }
  await ledger.createPage(PAGE, [STAR, ...mates]);
  for (const userId of [STAR, ...mates]) {
    await putUser(world, userId);
    await enrolled(world, userId, { chats: userId === STAR ? CHATS : ['chat-of-many'] });
  }
  await putChat(world, 'chat-of-star', [STAR]);
  await putChat(world, 'chat-off', [STAR, mates[0] ?? '']);
  await putChat(world, 'chat-of-many', [STAR, ...mates]);

  world.mailer.answer = delivering(world);
  const tell = async (at: Instant, page: string, notice: string) => {
    clock.set(at);
    await notify(world, { page, notice });
    await workOff(world);
  };
  await tell(D35_AT, PAGE, D35);
  await tell(D14_AT, PAGE, D14);
  const notBefore = localDate('2026-06-07');
  await ledger.createPage(LATER_PAGE, [STAR]);
  await ledger.setLeaving(STAR, { notBefore, since: D14_AT }, { kind: 'more-time', at: D14_AT });
  const told = { notices: [D35, D14], lastDay: localDate('2026-05-05'), endDate: END };
  await ledger.movePointer(STAR, { from: PAGE, group: LATER_GROUP, page: LATER_PAGE, told });
  await tell(D14_AT + DAY, LATER_PAGE, `moved@${notBefore}`);
  await tell(parseInstant('2026-05-24T10:00:00+02:00'), LATER_PAGE, `d14@${notBefore}`);
  await tell(parseInstant('2026-05-31T10:00:00+02:00'), LATER_PAGE, `d7@${notBefore}`);

  const off = (await platform.chats(['chat-off'])).get('chat-off');
  if (off === undefined) throw new Error('the chat is not there');
  const prior = { encrypted: true, encryptedSince: off.encryptedSince, version: off.version } as const;
  await platform.disable(off, { intent: 'intent-1', arming: 'eea@1', cohort: 'eea', at: ENDED, prior });
  const blocked = {
    cohort: 'eea',
    reason: 'unproven',
    userId: mates[0] ?? '',
    nominatedAs: null,
    arming: null,
    at: ENDED,
  } as const;
  await ledger.setBlocked({ chatId: 'chat-of-many', ...blocked });
}

const at = (sorted: readonly number[], share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<boolean> {
  const began = performance.now();
  const world = await startWorld({ at: D35_AT });
  const run = { group: GROUP, notice: D35, planHash: 'hash-1', openedAt: D35_AT, queued: 1, settled: { de: 1 } };
  await world.plan.openRun({ ...run, state: 'closed', lookAt: D35_AT, reopened: 0, through: null, tally: null });
  await putStar(world);
  await putAudience(world);
  world.clock.set(ENDED + 20 * DAY + MINUTE);
  say(`${PEOPLE} people are there after ${Math.round((performance.now() - began) / 1000)} s`);

  const requests = countRequests(world.tables.client);
  const desk = deskOf({ ...officeOf(world), requests })(ANA);
  let isGood = true;
  for (const [name, path] of [
    ['person', `/v1/people/${STAR}`],
    ['explain', '/v1/chats/chat-of-many'],
    ['status', '/v1/status'],
  ] as const) {
    const times: number[] = [];
    const before = requests();
    for (let asked = 0; asked < ASKED; asked++) {
      const start = performance.now();
      const { status, body } = await desk.get(path);
      times.push(performance.now() - start);
      if (status !== 200) throw new Error(`${name} answers ${status}: ${JSON.stringify(body)}`);
      if (name === 'person' && (body.notices.length !== 5 || body.chats.length !== CHATS.length))
        throw new Error(`person tells of ${body.notices.length} notices and ${body.chats.length} chats`);
    }
    const each = (requests() - before) / ASKED;
    times.sort((a, b) => a - b);
    const [median, p95] = [at(times, 0.5), at(times, 0.95)];
    say(`${name}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, ${each} requests`);
    isGood &&= name === 'status' ? each <= MOST_REQUESTS : p95 <= MOST_MS;
  }
  await world.tables.stop();
  return isGood;
}

process.exitCode = (await main()) ? 0 : 1;
