/**
 * Puts newcomers on pages of their group and language. The page row first, then the members' rows that point at it:
 * whoever a page names and whose row points elsewhere is not on it, so a crash or two sweeps at once mail nobody twice.
 */
import { effectiveEndDate, firstNotice, groupKey, PAGE_SIZE, pageId, reviewAt } from '../domain/group.ts';
import type { Plan } from '../domain/plan.ts';
import type { CohortState } from '../domain/wave.ts';
import type { World } from '../ports.ts';

type Needs = Pick<World, 'plan' | 'ledger'>;

/** @returns the page of each person */
export async function placeOnPages(
  { plan, ledger }: Needs,
  x: { plan: Plan; cohorts: readonly CohortState[]; group: string; language: string; userIds: readonly string[] },
): Promise<Map<string, string>> {
  const { group, language } = x;
  const there = await plan.group(group);
  if (there === undefined) await openGroup({ plan }, x);

  const placed = new Map<string, string>();
  let rest = [...x.userIds];
  const last = there?.pages[language] ?? 0;
  if (last > 0) {
    const id = pageId(group, language, last);
    const members = (await ledger.page(id))?.members ?? [];
    // Whom an earlier, interrupted call has put there needs no second place.
    for (const userId of rest.filter((each) => members.includes(each))) placed.set(userId, id);
    rest = rest.filter((each) => !members.includes(each));
    const fits = rest.slice(0, Math.max(0, PAGE_SIZE - members.length));
    if (members.length > 0 && fits.length > 0 && (await ledger.appendToPage(id, members.length, fits))) {
      for (const userId of fits) placed.set(userId, id);
      rest = rest.slice(fits.length);
    }
  }
  while (rest.length > 0) {
    const members = rest.slice(0, PAGE_SIZE);
    const id = pageId(group, language, await plan.nextPage(group, language));
    if (!(await ledger.createPage(id, members))) continue;
    for (const userId of members) placed.set(userId, id);
    rest = rest.slice(PAGE_SIZE);
  }
  return placed;
}

/** The agenda first: a group that nobody looks at would never be told anything. */
async function openGroup(
  { plan }: Pick<Needs, 'plan'>,
  x: { plan: Plan; cohorts: readonly CohortState[]; group: string },
): Promise<void> {
  const key = groupKey(x.group, x.plan);
  const cohort = x.cohorts.find(({ id }) => id === key.cohort);
  if (cohort === undefined) throw new Error(`group ${x.group}: its cohort is not there`);
  const endDate = effectiveEndDate(cohort.endDate, key.notBefore);
  await plan.schedule({ at: firstNotice(x.plan, endDate, key.zone), kind: 'group', id: x.group });
  await plan.schedule({ at: reviewAt(x.plan, endDate, key), kind: 'review', id: x.group });
  await plan.createGroup(x.group);
}
