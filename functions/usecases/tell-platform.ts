/** Whom a required notice does not reach by mail, the app must tell: the platform hears of them, once or more. */
import type { NoticeFact } from '../domain/member.ts';
import type { SkipReason } from '../domain/notice.ts';
import type { NoticeId } from '../domain/notice-id.ts';
import { isRequired } from '../domain/page.ts';
import type { Plan } from '../domain/plan.ts';
import type { World } from '../ports.ts';

export interface Unreached {
  readonly userId: string;
  readonly notice: NoticeId;
  readonly reason: SkipReason | NoticeFact;
}

export async function tellPlatform(
  { bus }: Pick<World, 'bus'>,
  plan: Plan,
  people: readonly Unreached[],
): Promise<void> {
  const required = people.filter(({ notice }) => isRequired(plan, notice));
  if (required.length === 0) return;
  await bus.publish(
    required.map((detail) => ({ type: 'PersonUnreachable' as const, detail: { sunset: plan.sunset, ...detail } })),
  );
}
