/**
 * Planted bugs: changes of the product, each of a kind that somebody could make, that break a promise. They are applied
 * to a file as it is loaded, one at a time, and show that faults and oracle see. A text that is not found is an error: the
 * product has changed, and the bug must be planted anew.
 */
export interface Bug {
  readonly name: string;
  readonly promise: number;
  /** Below functions/. */
  readonly file: string;
  readonly edits: readonly (readonly [find: string, replace: string])[];
}

const bug = (promise: number, name: string, file: string, ...edits: (readonly [string, string])[]): Bug => ({
  name,
  promise,
  file,
  edits,
});

export const BUGS: readonly Bug[] = [
  bug(1, 'the earliest participant counts, not the latest', 'domain/gate.ts', [
    'const end = Math.max(',
    'const end = Math.min(',
  ]),
  bug(1, 'the zone at enrolment counts alone', 'domain/gate.ts', [
    'const zones = [member.timeZone, ...(profile === undefined ? [] : [profile.timeZone])];',
    'const zones = [member.timeZone];',
  ]),
  bug(1, 'an unknown zone ends with UTC', 'domain/group.ts', [
    'return isZone(timeZone) ? timeZone : LATEST_ZONE;',
    "return isZone(timeZone) ? timeZone : 'UTC';",
  ]),
  bug(2, 'a date moves after the first wave', 'domain/reschedule.ts', [
    "if (cohort.firstWaveAt !== null) return refuse('date-fixed');",
    '',
  ]),
  bug(
    2,
    'a date that was told comes forward',
    'domain/reschedule.ts',
    ['if (groups.some(({ isTold }) => isTold))', 'if (groups.length < 0)'],
    ['if (cohort.hold === null || cohort.permitUntil > now)', 'if (groups.length < 0)'],
  ),
  bug(2, 'the dates of other cohorts in a chat stay open', 'usecases/disable.ts', [
    '.filter(({ firstWaveAt }) => firstWaveAt === null)',
    '.filter(() => false)',
  ]),
  bug(3, 'one notice less is enough', 'domain/gate.ts', [
    'proofs.length < rails.requiredNotices',
    'proofs.length < rails.requiredNotices - 1',
  ]),
  bug(3, 'only the first participant is asked about', 'domain/gate.ts', [
    'for (const participant of q.participants) {',
    'for (const participant of q.participants.slice(0, 1)) {',
  ]),
  bug(3, 'what bounced after its delivery counts', 'domain/member.ts', [
    'if (at >= (delivered.get(notice) ?? Infinity)) delivered.delete(notice);',
    'void at;',
  ]),
  bug(4, 'ten days are enough', 'domain/gate.ts', [
    'if (now < first + rails.minimumNoticeDays * DAY)',
    'if (now < first + 10 * DAY)',
  ]),
  bug(4, 'the last notice may be of the same hour', 'domain/gate.ts', [
    'if (now < latest + rails.finalNoticeHours * HOUR)',
    'if (now < latest + 0 * rails.finalNoticeHours)',
  ]),
  bug(4, 'the last notice may be weeks old', 'domain/gate.ts', [
    'if (latest < startOfDay(',
    'if (latest + 60 * DAY < startOfDay(',
  ]),
  bug(5, 'a letter that was not rendered counts as delivered', 'usecases/feedback.ts', [
    "return { fact: 'rendering-failed', outcome: 'failed' };",
    "return { fact: 'delivered', outcome: 'failed' };",
  ]),
  bug(5, 'any event is proof', 'domain/member.ts', [
    "if (kind === 'delivered') delivered.set(notice, instant);",
    "if (kind !== 'refused') delivered.set(notice, instant);",
  ]),
  bug(5, 'a suppressed address counts as delivered', 'usecases/feedback.ts', [
    "return { fact: 'suppressed', person: 'unreachable', outcome: 'suppressed' };",
    "return { fact: 'delivered', outcome: 'suppressed' };",
  ]),
  bug(6, 'no permit is needed', 'domain/wave.ts', [
    'return cohort.hold === null && cohort.permitUntil - now > timeout + CLOCK_SKEW;',
    'return true;',
  ]),
  bug(6, 'the hold is looked at once, before the wait', 'usecases/notify.ts', [
    '!isPermitted(authority, now,',
    '!isPermitted({ ...cohort, permitUntil: Infinity }, now,',
  ]),
  bug(6, 'only the owner of a chat must permit', 'usecases/disable.ts', [
    'participants.flatMap(({ member }) => (member === undefined ? [] : [[member.cohort, dates.get(member.cohort)]])),',
    '[[owner.id, owner.endDate]],',
  ]),
  bug(7, 'what is unknown is sent again, required or not', 'domain/page.ts', [
    "return [slot, x.required ? 'unheard' : 'unknown'];",
    "return [slot, 'unheard'];",
  ]),
  bug(7, 'a claim asks for nothing', 'adapters/ledger.ts', [
    'condition: `attribute_not_exists(#attempt)${',
    'condition: `attribute_not_exists(none)${',
  ]),
  bug(7, 'what was heard of is sent again', 'domain/page.ts', [
    "if (isHeardOf(x.record, slot, x.notice, facts)) return [slot, 'accepted'];",
    '',
  ]),
  bug(8, 'an agenda item that fails is forgotten', 'usecases/tick.ts', [
    'return { item, next: now + AGAIN };',
    'return { item, next: null };',
  ]),
  bug(8, 'a run closes before its pages', 'usecases/dispatch.ts', [
    'if (lookAt !== null) return save({ settled, tally, lookAt });',
    '',
  ]),
  bug(8, 'whose chat it is depends on who asks', 'domain/wave.ts', [
    'end: endInstantOf({ ...each, profile: undefined })',
    'end: endInstantOf(each)',
  ]),
  bug(8, 'a segment that was cut off is not asked for again', 'usecases/tick.ts', [
    'return { next: now + AGAIN, under: disabling(cohorts), sweep: [{ sweep: name, segment: Number(number) }] };',
    'return { next: null, under: disabling(cohorts), sweep: [] };',
  ]),
  bug(8, 'what is restored is not asked about without arming', 'usecases/sweep.ts', [
    'candidates.push({ chatId: chat.chatId, owner: owner.id,',
    'if (!answer.open || arming !== null) candidates.push({ chatId: chat.chatId, owner: owner.id,',
  ]),
  bug(9, 'a missed tick is missed', 'adapters/plan-store.ts', [
    "table.query('AGENDA', { to:",
    "table.query('AGENDA', { from: isoInstant(now - 360_000), to:",
  ]),
  bug(9, 'a wave whose tick was missed does not open', 'usecases/tick.ts', [
    'if (waveAt === null || waveAt > now) continue;',
    'if (waveAt === null || waveAt > now || waveAt < now - 360_000) continue;',
  ]),
  bug(10, 'every stage that was missed is sent', 'domain/notice.ts', [
    'if (next !== undefined && next.at <= q.now) return true;',
    '',
  ]),
  bug(10, 'two letters a day', 'domain/notice.ts', [
    'if (member.told.lastDay !== null && member.told.lastDay >= localDateAt(now, q.zone)) {',
    'if (member.told.lastDay === null && now < 0) {',
  ]),
  bug(10, 'people are woken', 'domain/notice.ts', ['if (!isInWindow(plan, q.zone, now))', 'if (now < 0)']),
  bug(10, 'tomorrow is said on any day', 'domain/notice.ts', [
    'if (isDayBefore(q.plan, q.notice)) return localDateAt(q.now, zoneNow(q.profile, q.zone)) > addDays(endDate, -1);',
    'if (isDayBefore(q.plan, q.notice)) return false;',
  ]),
  bug(11, 'the first wave is everybody', 'domain/wave.ts', [
    'return percent !== undefined && shareOf(`${plan.sunset}:wave:${chatId}`) < percent;',
    'return percent !== undefined;',
  ]),
  bug(
    11,
    'the approved number is not looked at',
    'usecases/disable.ts',
    ['if (room < due.length) return beyondHeadCount(world, sunset, cohort, due);', ''],
    ['const limit = cohort.disabled + room;', 'const limit = 1e6;'],
  ),
  bug(11, 'there is no soak', 'domain/wave.ts', [
    '(waveOpenedAt ?? 0) + plan.guardRails.soakHours * HOUR',
    '(waveOpenedAt ?? 0)',
  ]),
  bug(11, 'no breaker ever trips', 'domain/breaker.ts', [
    'count >= FEWEST && share > limit',
    'count >= FEWEST && share > 100 + limit',
  ]),
  bug(12, 'one person is enough', 'domain/change.ts', [
    "return by === change.proposedBy ? 'own-approval' : null;",
    'return null;',
  ]),
  bug(12, 'what is approved is not what was seen', 'domain/change.ts', [
    "if (hash !== change.hash) return 'content-changed';",
    '',
  ]),
  bug(12, 'a role is a person', 'domain/caller.ts', [
    "return roles.includes(role) && session !== '' ? personOf(session)",
    "return session !== '' ? personOf(session)",
  ]),
  bug(13, 'restored after the window', 'domain/restoring.ts', [
    "return now < restorableUntil(plan, mark.at) ? 'yes' : 'late';",
    "return 'yes';",
  ]),
  bug(13, 'off twice under one arming', 'domain/gate.ts', [
    'if (mark !== null && mark.arming === q.arming)',
    'if (mark !== null && mark.arming === q.arming && now < 0)',
  ]),
  bug(13, 'the platform is told too short a window', 'domain/restoring.ts', [
    'return at + guardRails.restoreWindowHours * HOUR;',
    'return at + 0.5 * guardRails.restoreWindowHours * HOUR;',
  ]),
  bug(14, 'a hold of the system leaves no entry', 'usecases/set-hold.ts', [
    "await ledger.appendAudit({ at, who, what: 'held', why, subject: cohort, from: null, to: null });",
    '',
  ]),
  bug(14, 'two entries with one number', 'adapters/ledger.ts', [
    'if (await table.put({ ...auditKey(entry.number), ...entry }, ABSENT)) return entry;',
    'if (await table.put({ ...auditKey(entry.number), ...entry })) return entry;',
  ]),
  bug(14, 'what was sent is not kept', 'adapters/ledger.ts', [
    'if (claimed) await table.put({ ...letterKey',
    'if (!claimed) await table.put({ ...letterKey',
  ]),
  bug(15, 'an address in a log line', 'usecases/notify.ts', [
    "log.warn('it is unknown whether SES has accepted a claim', { notice,",
    "log.warn('it is unknown whether SES has accepted a claim', { to: letters[0]?.address ?? '', notice,",
  ]),
  bug(15, 'an address in an event', 'usecases/notify.ts', [
    'if (NOT_BY_MAIL.has(decision.reason)) return [{ userId, notice, reason: decision.reason }];',
    'if (NOT_BY_MAIL.has(decision.reason)) return [{ userId: `${userId}@example.com`, notice, reason: decision.reason }];',
  ]),
  bug(16, 'each tick looks at every group', 'usecases/tick.ts', [
    'if (sunset?.active !== true) return;',
    'if (sunset?.active !== true) return;\n  for (const { id } of await plan.groups()) await plan.group(id);',
  ]),
  bug(16, 'an event reads every page of its group', 'usecases/feedback.ts', [
    'const at = parseInstant(message.time);',
    'for (let page = 1; page < 40; page++) await ledger.page(`${tag("page")}~${page}`);\n  const at = parseInstant(message.time);',
  ]),
];
