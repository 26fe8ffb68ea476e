/** A chat's people as the gate is asked about them. */
import type { Chat, Participant } from '../domain/gate.ts';
import { endDateIn } from '../domain/group.ts';
import type { Member, Profile } from '../domain/member.ts';
import type { Plan } from '../domain/plan.ts';
import type { CohortState } from '../domain/wave.ts';

export function participantsOf(
  { participants }: Pick<Chat, 'participants'>,
  x: {
    readonly plan: Plan;
    readonly members: ReadonlyMap<string, Member>;
    /** Absent where the asker does not read them. */
    readonly profiles?: ReadonlyMap<string, Profile>;
    readonly cohorts: readonly CohortState[];
  },
): Participant[] {
  return participants.map((userId) => {
    const member = x.members.get(userId);
    const cohort = x.cohorts.find(({ id }) => id === member?.cohort);
    const endDate = member && cohort && endDateIn(member.group, cohort, x.plan);
    // Who is not in the platform's table any more has neither an address nor a zone.
    const profile =
      x.profiles && (x.profiles.get(userId) ?? { userId, email: null, locale: null, timeZone: null, country: null });
    return { userId, member, profile, endDate };
  });
}
