import type { Profile } from './schema.js';

/** Ids are final: profiles and bundles name them. */
export const QUESTION_IDS = [
  'display-shows-pin',
  'display-pin-is-dynamic',
  'label-has-pin',
  'label-pin-is-marked',
] as const;

export type QuestionId = (typeof QUESTION_IDS)[number];

/** What only somebody who looks at the device can tell. It is put so that yes means: as it should be. */
export interface Question {
  readonly id: QuestionId;
  /** The rule that judges the answer. */
  readonly rule: `RVP-${string}`;
  /** Where to look: the devices that have it are those the question is about. */
  readonly subject: 'display' | 'label';
  /** Ends with a question mark; answered by yes or no. */
  readonly text: string;
  /** It is about a PIN that this other question has to find first: without a yes to that it is not put to a person. */
  readonly follows?: QuestionId;
  /** It can be answered only this long after the Registrar's M2D, milliseconds; absent: at any time. */
  readonly afterM2dMs?: number;
}

/** How long a display has to keep the PIN after the M2D of Windows, milliseconds. */
export const PIN_SHOWN_MS = 120_000;

export const QUESTIONS: readonly Question[] = [
  {
    id: 'display-shows-pin',
    rule: 'RVP-PIN-01',
    subject: 'display',
    text: 'After the M2D that Windows sends first: did the display show a PIN of 4 or 8 digits by itself, and keep it for at least 2 minutes without anybody touching the device?',
    afterM2dMs: PIN_SHOWN_MS,
  },
  {
    id: 'display-pin-is-dynamic',
    rule: 'RVP-PIN-01',
    subject: 'display',
    follows: 'display-shows-pin',
    text: 'Is this PIN one that the device makes up anew, at each start or for each registration, and not a fixed one as on a label or in its manual?',
    afterM2dMs: PIN_SHOWN_MS,
  },
  {
    id: 'label-has-pin',
    rule: 'RVP-PIN-02',
    subject: 'label',
    text: 'Does a label on the device bear a PIN of 8 digits?',
  },
  {
    id: 'label-pin-is-marked',
    rule: 'RVP-PIN-02',
    subject: 'label',
    follows: 'label-has-pin',
    text: 'Does the label say of this number that it is the PIN, by the word PIN beside it?',
  },
];

/** What has to be asked of a device; nothing of one whose profile does not say whether it has a display. */
export function questionsFor({ ics }: Profile): readonly Question[] {
  if (ics.display === undefined) return [];
  const subject = ics.display ? 'display' : 'label';
  return QUESTIONS.filter((question) => question.subject === subject);
}
