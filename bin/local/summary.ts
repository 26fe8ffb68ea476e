/** The end of a campaign, for people: sums that can be added up, and what went wrong. */
import { isoInstant, type Instant } from '../../functions/domain/time.ts';
import type { CampaignEnd } from './campaign.ts';
import type { ReportFile } from './outside/record.ts';

type Counts = Readonly<Record<string, number>>;

export function summaryLines(
  { report, notDone, held, failures, kills, deadLetters, ended }: CampaignEnd,
  from: Instant,
) {
  const { people, chats, notices, disabled, blocked } = report;
  const day = (at: Instant) => isoInstant(at).slice(0, 10);
  return [
    `${day(from)} to ${day(ended)} in ${report.wallSeconds} s, ${report.peakMemoryMB} MB`,
    '',
    line('people', people.total, { enrolled: people.enrolled, 'in no encrypted chat': people.withoutEncryptedChat }),
    line('chats', chats.total, {
      disabled,
      blocked: sum(blocked),
      'never encrypted': chats.neverEncrypted,
      open: chats.open,
    }),
    line('blocked', sum(blocked), blocked),
    '',
    'notices',
    ...Object.entries(notices)
      .sort(([a], [b]) => stageOrder(a) - stageOrder(b))
      .map(([stage, outcomes]) => line(`  ${stage}`, sum(outcomes), outcomes)),
    '',
    requestsLine(report),
    ...Object.entries(failures).map(([name, { count, last }]) => `failures of ${name}: ${count}, the last: ${last}`),
    ...(kills > 0 ? [`processes killed on purpose: ${kills}`] : []),
    ...(deadLetters > 0 ? [`messages in dead-letter queues: ${deadLetters}`] : []),
    ...notDone.map(({ at, as, run, exit }) => `exit ${exit} at ${at}: ${as} typed ${run}`),
    ...held.map(({ cohort, why }) => `cohort ${cohort} is HELD, its work was left: ${why}`),
  ];
}

/** `d35  462 = 430 delivered + 32 bounced`, the largest first; what is nought is left out. */
function line(name: string, total: number, parts: Counts): string {
  const summands = Object.entries(parts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([part, count]) => `${count.toLocaleString('en')} ${part}`);
  return `${name.padEnd(8)} ${total.toLocaleString('en').padStart(6)}${summands.length > 0 ? ` = ${summands.join(' + ')}` : ''}`;
}

function requestsLine({ requests, notices }: ReportFile): string {
  const all = Object.values(requests).reduce((total, counts) => total + sum(counts), 0);
  const mailing = sum(requests['dispatch'] ?? {}) + sum(requests['notify'] ?? {});
  const decided = Object.values(notices).reduce((total, counts) => total + sum(counts), 0);
  const perThousand = decided === 0 ? 0 : Math.ceil((mailing * 1000) / decided);
  return `${all.toLocaleString('en')} AWS requests; dispatch and notify ${mailing.toLocaleString('en')}, ${perThousand.toLocaleString('en')} per 1,000 notices`;
}

/** The ladder from its top, then what is no rung. */
function stageOrder(stage: string): number {
  const days = /^d(\d+)$/.exec(stage)?.[1];
  return days === undefined ? (stage === 'moved' ? 1 : 2) : -Number(days);
}

const sum = (counts: Counts) => Object.values(counts).reduce((total, count) => total + count, 0);
