import type { Evidence, Loss } from '#evidence/model.js';

/** The capture-loss meter in one line: what is known to be missing, and in which exchanges frames may be missing. */
export function lossLine({ losses, exchanges }: Pick<Evidence, 'losses' | 'exchanges'>): string {
  const count = losses.reduce((sum, loss) => sum + loss.count, 0);
  const lossy = exchanges.filter((exchange) => exchange.lossy).map(({ number }) => number);
  const known = count === 0 ? 'no loss is known' : `${count} known ${count === 1 ? 'loss' : 'losses'}`;
  if (lossy.length === 0) return exchanges.length === 0 ? known : `${known}, every exchange is whole`;
  const which = `${lossy.length === 1 ? 'exchange' : 'exchanges'} ${lossy.join(', ')}`;
  return `${known}; frames of ${which} may be missing`;
}

const SOURCES: Readonly<Record<Loss['source'], string>> = {
  kernel: 'counted by the kernel',
  interface: 'counted by the interface',
  limit: 'above a limit of ours',
  sequence: 'gaps in sequence numbers',
  'cut-frame': 'frames cut in the capture',
  'truncated-file': 'the capture file is cut off',
};

/** How a loss is known. */
export function lossSource({ source }: Loss): string {
  return SOURCES[source];
}
