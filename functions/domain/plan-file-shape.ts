/** What a plan file may hold: its keys, what each allows, and what stands for one that is left out. */
import type { CohortMatch, GuardRails, LadderStage, Localised, Plan } from './plan.ts';
import {
  type Draft,
  type Reader,
  refuse,
  quoted,
  whole,
  percent,
  duration,
  perSecond,
  yesOrNo,
  oneOrTwo,
  date,
  instant,
  zone,
  identifier,
  address,
  pageAddress,
  headerName,
  words,
  localised,
  named,
  overrides,
  countries,
  list,
  record,
} from './plan-file-values.ts';
import type { Instant, LocalDate } from './time.ts';

/** The guard rails under the names they have in the file, where units are written with the values. */
export interface RailsInFile {
  readonly minimumNotice: number;
  readonly margin: number;
  readonly requiredNotices: number;
  readonly finalNotice: number;
  readonly finalWithin: number;
  readonly closedFrom: Instant;
  readonly waves: readonly number[];
  readonly soak: number;
  readonly disableRate: number;
  readonly restoreWindow: number;
  readonly headCountTolerance: number;
  readonly breakers: Draft<GuardRails['breakers']>;
  readonly moreTime: number;
  readonly sendShare: number;
}

export interface StageInFile {
  readonly name: string;
  readonly days: number;
  readonly required: boolean;
}

export interface PlanInFile {
  readonly sunset: string;
  readonly feature: Localised;
  readonly reason: Localised;
  readonly whatChanges: Localised;
  readonly dataFate: Localised;
  readonly exportInstructions: Localised;
  readonly authenticity: Localised;
  readonly alternatives: readonly Draft<Plan['alternatives'][number]>[];
  readonly support: Draft<Plan['support']>;
  readonly sender: Draft<Plan['sender']>;
  readonly timeZone: string;
  readonly stages: readonly Draft<StageInFile>[];
  readonly sendHour: number;
  readonly sendWindow: Draft<Plan['sendWindow']>;
  readonly cohorts: readonly Draft<CohortInFile>[];
  readonly approvals: Plan['approvals'];
  readonly texts: Plan['texts'];
  readonly guardRails: Draft<RailsInFile>;
}

export interface CohortInFile {
  readonly id: string;
  readonly match: Draft<CohortMatch>;
  readonly endDate: LocalDate;
}

const DEFAULT_STAGES: readonly LadderStage[] = [
  { name: 'd35', days: 35, required: true },
  { name: 'd14', days: 14, required: false },
  { name: 'd7', days: 7, required: false },
  { name: 'd1', days: 1, required: true },
];

const ID = 'a to z, 0 to 9 and -';

const stage: Reader<Draft<StageInFile>> = (at, file) => {
  const draft = record<{ name: string; days: number; required: boolean }>({
    name: { read: identifier('d and its days, as in d35', /^d\d{1,3}$/), otherwise: '' },
    days: { read: duration('day', 1, 365), needed: 'days is needed: days before the end date, as in "35 days"' },
    required: { read: yesOrNo, otherwise: false },
  })(at, file);
  if (draft?.days === undefined || draft.name === undefined) return draft;
  const name = `d${draft.days}`;
  if (draft.name !== '' && draft.name !== name) {
    return refuse(file, `${at.path}.name`, quoted(draft.name), `${name}, since its days are ${draft.days}`);
  }
  return { ...draft, name };
};

const breakers = record<GuardRails['breakers']>({
  minimumSample: { read: whole('delivery outcomes', 1, 1_000_000), otherwise: 1000 },
  // Amazon reviews an account from 5 % bounces and 0.1 % complaints, and stops it at 10 % and 0.5 %: we stop first.
  bounces: { read: percent(0.1, 4.9), otherwise: 4 },
  complaints: { read: percent(0.01, 0.09), otherwise: 0.08 },
  suppressed: { read: percent(0.1, 100), otherwise: 10 },
  failures: { read: percent(0.1, 100), otherwise: 1 },
  softBounces: { read: percent(1, 100), otherwise: 20 },
});
const DEFAULT_BREAKERS: GuardRails['breakers'] = {
  minimumSample: 1000,
  bounces: 4,
  complaints: 0.08,
  suppressed: 10,
  failures: 1,
  softBounces: 20,
};

const guardRails = record<RailsInFile>({
  minimumNotice: { read: duration('day', 1, 360), otherwise: 30 },
  margin: { read: duration('day', 1, 60), otherwise: 5 },
  // Fewer than two cannot be both early enough and recent enough.
  requiredNotices: { read: whole('notices', 2, 10), otherwise: 2 },
  finalNotice: { read: duration('hour', 1, 240), otherwise: 24 },
  finalWithin: { read: duration('day', 1, 30), otherwise: 10 },
  closedFrom: {
    read: instant,
    needed: 'closedFrom is needed: the instant from which the platform starts no new encryption',
  },
  waves: { read: list(percent(0.01, 100), 2, 20, 'percentages'), otherwise: [1, 100] },
  soak: { read: duration('hour', 1, 720), otherwise: 24 },
  disableRate: { read: perSecond(1, 1000), otherwise: 50 },
  restoreWindow: { read: duration('hour', 1, 720), otherwise: 72 },
  headCountTolerance: { read: percent(0, 20), otherwise: 2 },
  breakers: { read: breakers, otherwise: DEFAULT_BREAKERS },
  // Longer would be another end date, which is for operators to decide.
  moreTime: { read: duration('day', 0, 60), otherwise: 14 },
  sendShare: { read: percent(1, 100), otherwise: 90 },
});

export const document = record<PlanInFile>({
  sunset: {
    read: identifier(`a name of ${ID}, up to 32 characters, beginning with a letter`, /^[a-z][a-z0-9-]{0,31}$/),
  },
  feature: { read: named, needed: 'feature is needed: what is retired, in people’s words' },
  reason: { read: localised, needed: 'reason is needed: why it is retired' },
  whatChanges: { read: localised, needed: 'whatChanges is needed: what is different after the end date' },
  dataFate: { read: localised, needed: 'dataFate is needed: what happens to data that nobody saved' },
  exportInstructions: {
    read: localised,
    needed: 'exportInstructions is needed: where in the app people save their data',
  },
  authenticity: {
    read: localised,
    needed: 'authenticity is needed: where in the app people see that a message is genuine',
  },
  alternatives: {
    read: list(
      record<Plan['alternatives'][number]>({ name: { read: headerName }, description: { read: localised } }),
      0,
      10,
      'alternatives',
    ),
    otherwise: [],
  },
  support: { read: record<Plan['support']>({ url: { read: pageAddress }, email: { read: address } }) },
  sender: {
    read: record<Plan['sender']>({
      name: { read: headerName },
      address: { read: address },
      replyTo: { read: address },
      postalAddress: { read: words },
    }),
  },
  timeZone: { read: zone, otherwise: 'UTC' },
  stages: { read: list(stage, 2, 20, 'stages'), otherwise: DEFAULT_STAGES },
  sendHour: { read: whole('an hour', 0, 23), otherwise: 10 },
  sendWindow: {
    read: record<Plan['sendWindow']>({
      from: { read: whole('an hour', 9, 19), otherwise: 9 },
      to: { read: whole('an hour', 10, 20), otherwise: 20 },
    }),
    otherwise: { from: 9, to: 20 },
  },
  cohorts: {
    read: list(
      record<CohortInFile>({
        id: { read: identifier(`an id of ${ID}, up to 40 characters`, /^[a-z0-9-]{1,40}$/) },
        match: {
          read: record<CohortMatch>({
            countries: {
              read: countries,
              needed: 'countries is needed: ISO 3166-1 codes, or "*" for every other country',
            },
            percentage: { read: percent(1, 100), otherwise: 100 },
          }),
        },
        endDate: { read: date, needed: 'endDate is needed: the last day with the feature, as YYYY-MM-DD' },
      }),
      1,
      100,
      'cohorts',
    ),
  },
  approvals: { read: oneOrTwo, otherwise: 2 },
  texts: { read: overrides, otherwise: {} },
  guardRails: { read: guardRails },
});
