/** A plan as its file says it, with the file's own keys and units: what was read can be written, and read again. */
import type { GuardRails, Plan } from './plan.ts';
import { isoInstant } from './time.ts';

/** What is asked about first stands first. */
export function planInFile(plan: Plan): Readonly<Record<string, unknown>> {
  const { sunset, cohorts, stages, guardRails, sendHour, sendWindow, timeZone, approvals, ...texts } = plan;
  return {
    sunset,
    cohorts: cohorts.map(({ id, match: { countries, percentage }, endDate }) => ({
      id,
      match: { countries, percentage: percent(percentage) },
      endDate,
    })),
    stages: stages.map(({ days, required }) => ({ days: unit(days, 'day'), required })),
    sendHour,
    sendWindow,
    timeZone,
    approvals,
    guardRails: railsInFile(guardRails),
    ...texts,
  };
}

function railsInFile({ closedFrom, waves, breakers, ...rails }: GuardRails): Readonly<Record<string, unknown>> {
  const { minimumSample, ...limits } = breakers;
  return {
    minimumNotice: unit(rails.minimumNoticeDays, 'day'),
    margin: unit(rails.marginDays, 'day'),
    requiredNotices: rails.requiredNotices,
    finalNotice: unit(rails.finalNoticeHours, 'hour'),
    finalWithin: unit(rails.finalWithinDays, 'day'),
    closedFrom: isoInstant(closedFrom),
    waves: waves.map(percent),
    soak: unit(rails.soakHours, 'hour'),
    disableRate: `${rails.disablePerSecond} per second`,
    restoreWindow: unit(rails.restoreWindowHours, 'hour'),
    headCountTolerance: percent(rails.headCountTolerance),
    breakers: {
      minimumSample,
      ...Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, percent(limit)])),
    },
    moreTime: unit(rails.moreTimeDays, 'day'),
    sendShare: percent(rails.sendShare),
  };
}

const percent = (value: number) => `${value} %`;
const unit = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
