import type { Verdicts } from '#judge/record.js';
import { sentenceOf, type RunView } from './view.js';

/** A badge in the endpoint form of shields. */
export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: 'brightgreen' | 'green' | 'yellowgreen' | 'red' | 'yellow' | 'lightgrey';
  /** A result that is not to be overridden by the colour of a link. */
  readonly isError?: true;
}

/** The head of the sentence of a run, with its colour. Only `conformant` is bright, a pass with waivers is
 * not green; what says nothing is grey. */
export function badgeOf({ verdicts }: Pick<RunView, 'verdicts'>): Badge {
  const [message = ''] = sentenceOf(verdicts).split(':');
  return { schemaVersion: 1, label: 'vertical pairing', message, ...look(message, verdicts) };
}

function look(message: string, { exitCode, totals }: Verdicts): Pick<Badge, 'color' | 'isError'> {
  if (message.startsWith('no statement')) return { color: 'lightgrey', isError: true };
  switch (exitCode) {
    case 0:
      if (message === 'conformant') return { color: 'brightgreen' };
      return { color: (totals.waived ?? 0) > 0 ? 'yellowgreen' : 'green' };
    case 1:
      return { color: 'red', isError: true };
    case 2:
      return { color: 'yellow' };
    default:
      return { color: 'lightgrey', isError: true };
  }
}

/** The badge as JSON, indented, ending with a line end. */
export function badgeJson(badge: Badge): string {
  return `${JSON.stringify(badge, null, 2)}\n`;
}
