/** What operators look at besides the tables, in memory: copies to which only is added, and a deployment in which all is well. */
import type { AuditEntry } from '../../functions/domain/audit.ts';
import type { Surroundings, Witness } from '../../functions/ports.ts';

export const ALL_IS_WELL: Surroundings = {
  queues: async () => [],
  inFlight: async () => 0,
  alarms: async () => ({ sounding: [], all: 40 }),
  sender: async () => ({ verified: true, dkim: true, domain: 'example.com' }),
  configurationSet: async () => ({ exists: true, events: true }),
  redrive: async () => 0,
};

/** @param copies those that there are; whoever has the list can change them, as nobody can in the bucket */
export function witnessOf(copies: AuditEntry[]): Witness {
  return {
    put: async (entry) => void (copies.some(({ number }) => number === entry.number) || copies.push(entry)),
    hashOf: async (number) => copies.find((copy) => copy.number === number)?.hash,
    last: async () => Math.max(0, ...copies.map(({ number }) => number)),
  };
}
