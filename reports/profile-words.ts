import type { RunInfo } from '#judge/record.js';
import { visible } from './text.js';

/** Firmware of the device as the profile names it, visible; null where it does not. */
export function firmwareText({ profile }: Pick<RunInfo, 'profile'>): string | null {
  const device = profile?.['device'];
  if (typeof device !== 'object' || device === null || !('firmware' in device)) return null;
  return typeof device.firmware === 'string' ? visible(device.firmware) : null;
}
