import { nearest } from '#base/nearest.js';
import type { Remark } from './review.js';
import type { Profile } from './schema.js';

/* Waivers: failures of a rule that somebody answers for, until a day. */

/** Ids a waiver may name, each with the rule it is judged as: itself, or another where it is only another name. */
export type KnownRules = ReadonlyMap<string, string>;

/** What waivers are held against. */
export interface WaiverReview {
  /** Absent: ids are not looked at. */
  readonly rules?: KnownRules;
  /** Day of the review, `2026-11-28`; absent: nothing has expired. */
  readonly today?: string;
}

/** What is wrong with the waivers of a profile. That one has expired is a warning here: it is the run that fails. */
export function reviewWaivers({ waivers = [], ixit: { pin } }: Profile, { rules, today }: WaiverReview): Remark[] {
  return waivers.flatMap((waiver, index): Remark[] => {
    const path = ['waivers', index];
    const remarks: Remark[] = rules === undefined ? [] : reviewRule(waiver.rule, [...path, 'rule'], rules);
    if (waivers.findIndex(({ rule }) => rule === waiver.rule) < index)
      remarks.push({
        severity: 'mistake',
        path: [...path, 'rule'],
        reason: `${waiver.rule} is waived twice`,
        remedy: 'Keep one waiver of it.',
      });
    for (const field of ['reason', 'owner'] as const)
      if (pin !== undefined && waiver[field].includes(pin))
        remarks.push({
          severity: 'mistake',
          path: [...path, field],
          reason: 'holds the PIN, and would put it into every report',
          remedy: 'Say it without the digits.',
        });
    if (today !== undefined && hasExpired(waiver.expires, today))
      remarks.push({
        severity: 'warning',
        path: [...path, 'expires'],
        reason: `the waiver of ${waiver.rule} expired after ${waiver.expires}: a run with it fails`,
        remedy: `Repair the device, or let ${waiver.owner} decide anew; then give a new day, or take the waiver out.`,
      });
    return remarks;
  });
}

function reviewRule(id: string, path: Remark['path'], rules: KnownRules): Remark[] {
  const judgedAs = rules.get(id);
  if (judgedAs === id) return [];
  if (judgedAs !== undefined)
    return [{ severity: 'mistake', path, reason: `is judged as ${judgedAs}`, remedy: `Waive ${judgedAs}.` }];
  const meant = nearest(id, rules.keys());
  return [
    {
      severity: 'mistake',
      path,
      reason: 'is not a rule of this version',
      remedy: meant === null ? 'See rally-conformance list for the ids.' : `Did you mean ${meant}?`,
    },
  ];
}

/** True when a waiver with this last day holds no longer on `day`; both as `2026-11-28`. */
export function hasExpired(expires: string, day: string): boolean {
  return expires < day;
}
