import { pinChecksumValid, PUSH_BUTTON_PASSWORD } from '#wire/wps/crypto.js';
import { reviewBench } from './review-bench.js';
import { reviewIdentities } from './review-identities.js';
import { controlTellsPin } from './control.js';
import { reviewControl } from './review-control.js';
import { reviewPanel } from './review-panel.js';
import type { Profile } from './schema.js';

/** What a profile says against itself, beyond types and forms. */
export interface Remark {
  readonly severity: 'mistake' | 'warning';
  readonly path: readonly (string | number)[];
  readonly reason: string;
  readonly remedy: string;
}

/** Static review of the declarations: nothing here needs the device. */
export function reviewProfile(profile: Profile): Remark[] {
  const { ics, ixit } = profile;
  return [
    ...reviewTransports(ics.transports),
    ...reviewMethods(ics.methods, ixit),
    ...reviewPanel(profile),
    ...reviewBench(profile),
    ...reviewIdentities(profile),
    ...reviewControl(profile),
  ];
}

function reviewTransports(transports: Profile['ics']['transports']): Remark[] {
  const remarks: Remark[] = [];
  const mistake = (reason: string, remedy: string): void => {
    remarks.push({ severity: 'mistake', path: ['ics', 'transports'], reason, remedy });
  };
  if (new Set(transports).size !== transports.length) mistake('names a transport twice', 'Name each one once.');
  if (transports.includes('none') && transports.some((transport) => transport !== 'none')) {
    mistake('none stands beside other transports', 'Write [none] for a device that does not pair, else leave it out.');
  }
  if (transports.includes('dpws') && transports.includes('secure-dpws')) {
    mistake(
      'dpws and secure-dpws stand together',
      'Write the one the device declares: Windows serves only one of them.',
    );
  }
  return remarks;
}

function reviewMethods(methods: Profile['ics']['methods'], ixit: Profile['ixit']): Remark[] {
  const remarks: Remark[] = [];
  const tried = [
    { method: ixit.method, path: ['ixit', 'method'] },
    ...(ixit.methods ?? []).map((method, index) => ({ method, path: ['ixit', 'methods', index] })),
  ];
  for (const { method, path } of tried.filter((each) => !methods.includes(each.method))) {
    remarks.push({
      severity: 'mistake',
      path,
      reason: `${method} is not among ics.methods`,
      remedy: 'Test by a method the device declares, or declare this one.',
    });
  }
  const byPin = tried.find(({ method }) => method === 'pin');
  const isToldPin = ixit.control !== undefined && controlTellsPin(ixit.control);
  if (byPin !== undefined && ixit.pin === undefined && !isToldPin) {
    remarks.push({
      severity: 'mistake',
      path: byPin.path,
      reason: 'the method is pin, but there is no ixit.pin',
      remedy: 'Add the PIN the device shows, in quotes, or say how it is read: ixit.control.readPin.',
    });
  }
  if (ixit.pin === PUSH_BUTTON_PASSWORD) {
    remarks.push({
      severity: 'warning',
      path: ['ixit', 'pin'],
      reason: 'stands for no PIN: the push button uses it',
      remedy: 'Write the PIN the device shows, in quotes.',
    });
  } else if (ixit.pin?.length === 8 && !pinChecksumValid(ixit.pin)) {
    remarks.push({
      severity: 'warning',
      path: ['ixit', 'pin'],
      reason: 'the last digit is not the checksum of the other seven',
      remedy: 'Compare it with the label or the display, unless the device really has this PIN.',
    });
  }
  return remarks;
}
