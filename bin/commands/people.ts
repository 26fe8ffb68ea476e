/** `sunset person`, `explain`, `blocked` and what operators do for one person. */
import { type Choice, CHOICES } from '../../functions/domain/signal.ts';
import { Argument, type Command } from 'commander';

import type { BlockedChats, Explanation, Person } from '../../functions/contracts/operator-api.ts';
import type { Desk } from './desk.ts';
import { editOption, type Reasoned, reasonOption, wholeNumber, withExamples } from './options.ts';
import { propose } from './said.ts';
import { columns, indented, moment, type Screen } from './screen.ts';

export function addPeople(program: Command, desk: Desk): void {
  const { screen } = desk;
  const person = program
    .command('person <id>')
    .description('Everything one person was told, with the exact text, and what was done')
    .action(async (id: string) =>
      desk.show(await desk.ask('person', { path: { person: id } }), (each) => personLines(each, screen)),
    );
  withExamples(person, 'person u-4711');

  const explain = program
    .command('explain <chat>')
    .description('Why a chat may be disabled or not, for each participant, and when that can change')
    .action(async (chat: string) =>
      desk.show(await desk.ask('explain', { path: { chat } }), (each) => explanationLines(each, screen)),
    );
  withExamples(explain, 'explain c-0815');

  const blocked = program
    .command('blocked <cohort>')
    .description('Chats that are due and may not be disabled')
    .option('--reason <reason>', 'only those with this reason, for example too-few-notices')
    .option('--all', 'all pages, not only the first')
    .option('--limit <chats>', 'chats a page, up to 100', wholeNumber(1, 100))
    .option('--cursor <cursor>', 'go on where the last answer ended')
    .action(async (cohort: string, options: { reason?: string; all?: boolean; limit?: number; cursor?: string }) => {
      const { reason, all, limit } = options;
      const chats: BlockedChats['chats'] = [];
      let cursor: string | null | undefined = options.cursor;
      do {
        const query = { cohort, reason, limit: limit?.toString(), cursor: cursor ?? undefined };
        const page: BlockedChats = await desk.ask('blocked', { query });
        chats.push(...page.chats);
        ({ cursor } = page);
      } while (all === true && cursor !== null);
      desk.show({ chats, cursor }, blockedLines);
    });
  withExamples(blocked, 'blocked eu-1', 'blocked eu-1 --reason unreachable --all --json');

  const exempt = program
    .command('exempt <id>')
    .description('Leaves a person out: no mail, and their chats stay; --end proposes to take that back')
    .addOption(reasonOption())
    .option('--end', 'propose to end an exemption; a second person approves it')
    .addOption(editOption())
    .action(async (id: string, { reason, end, edit }: Reasoned & { end?: boolean; edit?: string }) => {
      if (end === true) return propose(desk, { kind: 'end-exemption', person: id, reason }, edit);
      return desk.show(await desk.ask('exempt', { path: { person: id }, body: { reason } }), sentenceOf);
    });
  withExamples(
    exempt,
    "exempt u-4711 --reason 'legal hold 2026-17'",
    "exempt u-4711 --end --reason 'legal hold 2026-17 has ended'",
  );

  const waive = program
    .command('waive <id>')
    .description('Proposes to go on without proof for one unreachable person; a second person approves it')
    .addOption(reasonOption())
    .addOption(editOption())
    .action(async (id: string, { reason, edit }: Reasoned & { edit?: string }) =>
      propose(desk, { kind: 'waive', person: id, reason }, edit),
    );
  withExamples(waive, "waive u-4711 --reason 'told by letter, case 2026-31'");

  const signal = program
    .command('signal <id>')
    .description('Says for a person what they have told support')
    .addArgument(new Argument('<signal>', 'what they said').choices(CHOICES))
    .addOption(reasonOption())
    .action(async (id: string, said: Choice, { reason }: Reasoned) => {
      desk.show(await desk.ask('signal', { path: { person: id }, body: { signal: said, reason } }), sentenceOf);
    });
  withExamples(signal, "signal u-4711 saved --reason 'told support in case 2026-40'");
}

export const sentenceOf = ({ sentence }: { readonly sentence: string }): string[] => [sentence];

const factsIn = (facts: Readonly<Record<string, string>>) =>
  Object.entries(facts).map(([kind, at]) => `${kind} ${moment(at)}`);

export function personLines(person: Person, { paint }: Screen): string[] {
  const facts = factsIn(person.facts);
  return [
    `${paint('strong', person.person)}, cohort ${person.cohort}, group ${person.group}${person.exempt ? paint('warning', ', exempt') : ''}`,
    `Last day ${person.endDate}; chats may end from ${moment(person.endInstant)} (${person.timeZone ?? 'time zone unknown'})`,
    `Told: ${person.toldEndDate ?? 'no date yet'}. Enrolled ${moment(person.enrolledAt)}.`,
    ...(facts.length > 0 ? [`Known: ${facts.join(', ')}`] : []),
    ...person.notices.flatMap(({ notice, outcome, at, facts: known, letter }) => [
      '',
      `${paint('strong', notice)}: ${[`${outcome}${at === null ? '' : ` ${moment(at)}`}`, ...factsIn(known)].join(', ')}`,
      ...indented(
        letter === null
          ? []
          : [`Subject (${letter.language}): ${letter.subject}`, '', ...letter.text.trimEnd().split('\n')],
      ),
    ]),
    '',
    'Chats',
    ...indented(
      person.chats.map(({ chatId, state, disabledAt, restoredAt, finalAfter, blocked }) =>
        [
          `${chatId} ${state}`,
          ...(disabledAt === null ? [] : [`disabled ${moment(disabledAt)}`]),
          ...(restoredAt === null ? [] : [`restored ${moment(restoredAt)}`]),
          ...(finalAfter === null ? [] : [`can be restored until ${moment(finalAfter)}`]),
          ...(blocked === null
            ? []
            : [
                `blocked ${moment(blocked.at)}: ${blocked.reason}${blocked.person === null ? '' : ` (${blocked.person})`}`,
              ]),
        ].join(', '),
      ),
    ),
  ];
}

function explanationLines(chat: Explanation, { paint }: Screen): string[] {
  const answer = (open: boolean, reason: string | null) =>
    open
      ? paint('good', 'may be disabled')
      : paint('warning', `may not be disabled: ${reason ?? 'no reason is known'}`);
  const when = (earliest: string | null) =>
    earliest === null ? 'time alone does not change that' : `that can change ${moment(earliest)} at the earliest`;
  return [
    `${paint('strong', chat.chatId)}, ${chat.encrypted ? 'encrypted' : 'not encrypted'}, ${chat.cohort === null ? 'nobody of it is enrolled' : `cohort ${chat.cohort}`}, at ${moment(chat.at)}`,
    `It ${answer(chat.open, chat.reason)}${chat.open ? '' : `; ${when(chat.earliest)}`}.`,
    ...chat.participants.flatMap(({ person, cohort, endInstant, open, reason, earliest, sentence }) => [
      `${person}, ${cohort === null ? 'not enrolled' : `cohort ${cohort}, ends ${moment(endInstant)}`}: ${answer(open, reason)}`,
      ...indented([sentence, ...(open ? [] : [when(earliest)])]),
    ]),
    ...(chat.authority.length > 0 ? ['Besides the gate:', ...indented(chat.authority)] : []),
  ];
}

function blockedLines({ chats, cursor }: BlockedChats): string[] {
  return [
    ...(chats.length === 0 ? ['There are none.'] : []),
    ...columns(chats.map(({ chatId, reason, person, at }) => [chatId, reason, person ?? '-', moment(at)])),
    ...(cursor === null ? [] : [`There are more: add --all, or --cursor ${cursor}`]),
  ];
}
