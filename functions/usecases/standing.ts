/** One person as the rules see them: the plan, their row, the platform's profile, and the end date of their group. */
import { endDateIn } from '../domain/group.ts';
import type { Member, Profile } from '../domain/member.ts';
import type { LocalDate } from '../domain/time.ts';
import type { Sunset, World } from '../ports.ts';

export interface Standing {
  readonly member: Member | undefined;
  readonly profile: Profile | undefined;
  readonly endDate: LocalDate | undefined;
}

export async function standingOf(
  { plan, ledger, platform }: Pick<World, 'plan' | 'ledger' | 'platform'>,
  sunset: Sunset,
  userId: string,
): Promise<Standing> {
  const [members, profiles, cohorts] = await Promise.all([
    ledger.members([userId]),
    platform.users([userId]),
    plan.cohorts(),
  ]);
  const member = members.get(userId);
  const cohort = cohorts.find(({ id }) => id === member?.cohort);
  return {
    member,
    profile: profiles.get(userId),
    endDate: member && cohort && endDateIn(member.group, cohort, sunset.plan),
  };
}
