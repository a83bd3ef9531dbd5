import { probeNamespaces } from './doctor.js';
import { asRallyError } from './failure.js';
import { requireVm } from './place/vm.js';

/**
 * Why a place cannot be had on this machine, in one line; null when it can. What the virtual machine is booted from is
 * fetched and built here on first use.
 */
export async function obstacle(place: 'vm' | 'sandbox', onStep: (step: string) => void): Promise<string | null> {
  if (place === 'sandbox') {
    const { ok, detail } = await probeNamespaces();
    return ok ? null : detail;
  }
  try {
    await requireVm(onStep);
    return null;
  } catch (error) {
    return asRallyError(error).message.split('\n')[0] ?? '';
  }
}
