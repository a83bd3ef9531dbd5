import type { Waived, WaiverState, WaiverUse, Verdicts } from '#judge/record.js';

/* What reports say of waivers. Reason and owner are somebody's words: each report treats them as text. */

/** `until 2027-01-31 by QA: the boot loader is in its ROM`. */
export function waivedText({ reason, owner, expires }: Waived): string {
  return `until ${expires} by ${owner}: ${reason}`;
}

const STATES: Readonly<Record<Exclude<WaiverState, 'waives'>, string>> = {
  expired: 'has expired, and the run fails for it',
  unknown: 'names no rule of this version',
  'not-needed': 'is not needed: the rule does not fail',
  open: 'decides nothing: the rule was not judged to an end',
};

/** Waivers that waive nothing, what speaks loudest first, each with what is so. */
export function idleWaivers({ waivers }: Pick<Verdicts, 'waivers'>): readonly (readonly [WaiverUse, string])[] {
  return (['expired', 'unknown', 'not-needed', 'open'] as const).flatMap((state) =>
    (waivers?.list ?? [])
      .filter((waiver) => waiver.state === state)
      .map((waiver) => [waiver, `the waiver of ${waiver.rule} ${STATES[state]} (${waivedText(waiver)})`] as const),
  );
}
