import { decodeEap } from '#wire/eap/eap.js';
import { decodeEapWsc } from '#wire/eap/eap-wsc.js';
import { decodeEapol } from '#wire/eap/eapol.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import { anyModel, type Fault } from '../fault.js';
import type { Behaviour } from '../parts.js';
import { intolerantStimulus } from './intolerance.js';

/** More than any message of WSC needs. */
const OUT_OF_MEMORY_BYTES = 32_768;

/** Says nothing more in EAP-WSC, in this session and all later ones, once a length was announced that it has no room for. */
function brokenByAnnouncement(): Behaviour {
  let isBroken = false;
  const ignores = (eapol: Uint8Array): boolean => {
    const { payload } = wscCarrier(decodeEap(decodeEapol(eapol).body));
    if (payload === null) return false;
    isBroken ||= (decodeEapWsc(payload).messageLength ?? 0) > OUT_OF_MEMORY_BYTES;
    return isBroken;
  };
  return { build: (parts) => ({ ...parts, ignores }) };
}

/** Faults of a device that believes lengths. */
export const FRAMING_FAULTS: readonly Fault[] = [
  {
    id: 'broken-by-announced-length',
    change: 'says nothing more, in later sessions either, once a message of 65535 bytes was announced',
    refuses: anyModel,
    fails: ['RVP-REG-99'],
    warns: [],
    stimuli: ['reg-35d'],
    changes: ['*.missing'],
    behaviour: brokenByAnnouncement,
  },
  intolerantStimulus({
    number: '36c',
    id: 'trailing-bytes-not-ignored',
    change: 'says nothing to an EAPOL packet with bytes after it',
    owes: 'M3',
    warns: true,
    behaviour: () => ({
      build: (parts) => ({ ...parts, ignores: (eapol) => decodeEapol(eapol).trailing.length > 0 }),
    }),
  }),
];
