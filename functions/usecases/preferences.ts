/**
 * The page behind the link in each letter. Opening it, by whatever program, reads and changes nothing; the form's button
 * sends a signal on its way. A link that is no link of ours gets one answer, whatever is wrong with it.
 */
import { endInstantOf } from '../domain/gate.ts';
import { groupKey, zoneNow } from '../domain/group.ts';
import { type Language, languageOf, languagesOf, LANGUAGES } from '../domain/language.ts';
import { openLink } from '../domain/link.ts';
import { type Choice, CHOICES, judgeSignal } from '../domain/signal.ts';
import { isoInstant } from '../domain/time.ts';
import { type ChoicesPage, choicesPage, failedPage, PAGE_HEADERS, voidPage } from '../mail/page.ts';
import type { World } from '../ports.ts';
import { standingOf } from './standing.ts';

export interface PageRequest {
  readonly method: string;
  /** As it stands in the address. */
  readonly token: string;
  /** Of the form that was sent. */
  readonly choice: string | null;
  /** The browser's Accept-Language. */
  readonly languages: string;
}
export interface PageAnswer {
  readonly status: number;
  readonly html: string;
  readonly headers: Record<string, string>;
}

type Needs = Pick<World, 'clock' | 'plan' | 'ledger' | 'platform' | 'links' | 'queues'>;

export async function preferences(world: Needs, request: PageRequest): Promise<PageAnswer> {
  const { clock, plan, links, queues } = world;
  const { method, token } = request;
  const now = clock.now();
  const sunset = await plan.sunset();
  if (sunset === undefined) return failure(request.languages);
  const rules = sunset.plan;
  const nothing = page(404, voidPage(rules, wanted(request.languages, languagesOf(rules))));
  if (!['GET', 'HEAD', 'POST'].includes(method)) return { ...nothing, status: 405 };

  const opened = openLink(await links.key(), { sunset: rules.sunset, token, now });
  if (typeof opened === 'string') return nothing;
  const { userId } = opened;
  const standing = await standingOf(world, sunset, userId);
  const { member, profile, endDate } = standing;
  if (member === undefined || endDate === undefined) return nothing;

  const answers = new Map(
    CHOICES.map((signal) => [signal, judgeSignal({ plan: rules, signal, ...standing, at: now, now })]),
  );
  const chosen = method === 'POST' ? CHOICES.find((choice) => choice === request.choice) : undefined;
  const answer = chosen && answers.get(chosen);
  if (chosen !== undefined && answer?.kind === 'take') {
    await queues.signals([{ userId, signal: chosen, at: isoInstant(now) }]);
  }
  const choices = Object.fromEntries(
    [...answers].flatMap(([choice, { kind }]) =>
      kind === 'refuse' ? [] : [[choice, kind === 'known' || choice === chosen ? 'taken' : 'open']],
    ),
  ) as ChoicesPage['choices'];
  const moreTime = answers.get('more-time' satisfies Choice);
  const late = answer?.kind === 'refuse';
  return page(
    late ? 409 : 200,
    choicesPage({
      plan: rules,
      language: languageOf(profile?.locale, languagesOf(rules)),
      locale: profile?.locale ?? null,
      endDate,
      zone: zoneNow(profile, groupKey(member.group, rules).zone),
      over: now >= (endInstantOf({ userId, ...standing }) ?? 0),
      choices,
      newDate: moreTime?.kind === 'take' ? moreTime.notBefore : undefined,
      late,
    }),
  );
}

/** @param languages the browser's Accept-Language */
export function failure(languages: string): PageAnswer {
  return page(503, failedPage(wanted(languages, LANGUAGES)));
}

const page = (status: number, html: string): PageAnswer => ({ status, html, headers: { ...PAGE_HEADERS } });

/** The first language that the browser asks for, or what it falls back to. */
function wanted(languages: string, spoken: readonly Language[]): Language {
  return languageOf(/^\s*([\w-]{1,64})/.exec(languages)?.[1], spoken);
}
