import { z } from 'zod';

/** A line of text that says something. */
const words = z
  .string()
  .regex(/^\P{Cc}*[^\s\p{Cc}]\P{Cc}*$/u, 'Write it on one line, not empty, without control characters.');

export const waiversSchema = z
  .array(
    z.strictObject({
      rule: words.describe('Id of the rule, e.g. RVP-DESC-013'),
      reason: words.describe('Why its failure is put up with'),
      owner: words.describe('Who answers for it'),
      expires: z.iso
        .date({ error: 'Write a day of the calendar as year, month, day: 2027-01-31.' })
        .describe('Last day on which it holds, UTC'),
    }),
  )
  .describe('Rules whose failure is put up with until a day; docs/waivers.md');
