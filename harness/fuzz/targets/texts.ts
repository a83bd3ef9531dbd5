import { toHex } from '#base/bytes.js';
import { isRallyError } from '#base/error.js';
import { parseKeys } from '#evidence/keys.js';
import { parseEvents, parseRunJson } from '#evidence/run-json.js';
import { checkProfile } from '#profile/load.js';
import { proposeProfile } from '#profile/propose.js';
import { decodeWsc } from '#wire/wps/message.js';
import type { Dice } from '../dice.js';
import { editText } from '../mutate/text.js';
import { editTlvs, WPS } from '../mutate/tlv.js';
import { anyRecording, messagesOf } from '../seeds.js';
import { Broken, changed, ensure, refusing, type Target } from '../target.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const PROFILE = `version: 1
device:
  name: printer
  manufacturer: Maker
  model: P1
ics:
  transports: [dpws, upnp]
  wscVersion: '2.0'
  methods: [pin, pbc]
ixit:
  bench: wired
  method: pin
  pin: '12345670'
  mac: 02:00:00:00:01:00
  sessions: 2
  limits:
    startMs: 1000
    sessionMs: 60000
  identities:
    dpws: 4d8c7308-173d-48ad-b2f9-a687d967caa9
`;

const profile: Target = {
  name: 'profile',
  deadlineMs: 500,
  generate: (dice) => changed(encoder.encode(PROFILE), dice, editText),
  check: (input) => {
    refusing(['ERR_PROFILE_SYNTAX', 'ERR_PROFILE_INVALID'], () => checkProfile(decoder.decode(input), 'profile.yaml'));
  },
};

const M1_FRAME = { sourceMac: Uint8Array.of(2, 0, 0, 0, 1, 0), from: 'capture.pcapng', frame: 7 };

/** The profile that is proposed for the device of an M1. */
const proposal: Target = {
  name: 'proposal',
  deadlineMs: 500,
  generate: (dice) => {
    const [m1 = new Uint8Array(0)] = messagesOf(anyRecording(dice)).filter((wsc) => decodeWsc(wsc).name === 'M1');
    return changed(m1, dice, (bytes, own) => editTlvs(bytes, WPS, own));
  },
  check: (input) => {
    const text = proposeProfile({ ...M1_FRAME, m1: decodeWsc(input) });
    const { warnings } = checkProfile(text, 'proposal');
    ensure(warnings.length < 10, 'a proposal of which nearly everything is doubted');
    ensure(/^[^\p{C}\u2028\u2029]*$/u.test(text.replaceAll('\n', '')), 'a control character in a proposal');
  },
};

/** Most the message of a refusal may repeat of a file that holds keys: less than any of them. */
const MOST_HEX_DIGITS = 12;

const keys: Target = {
  name: 'keys',
  deadlineMs: 100,
  generate: (dice) => changed(encoder.encode(keysText(dice)), dice, editText),
  check: (input) => {
    const text = decoder.decode(input);
    try {
      const ring = parseKeys(text);
      ensure(
        ring.pairs.every(({ authKey, keyWrapKey }) => authKey.length === 32 && keyWrapKey.length === 16),
        'a key of another length',
      );
    } catch (error) {
      if (!isRallyError(error, 'ERR_KEYS_INVALID')) throw error;
      const runs = (error.message + error.remedy).match(/[0-9a-f]{2,}/gi) ?? [];
      if (runs.some((run) => run.length >= MOST_HEX_DIGITS && text.includes(run)))
        throw new Broken('the refusal repeats what stands in the file');
    }
  },
};

function keysText(dice: Dice): string {
  const [session] = anyRecording(dice).keys.sessions;
  const authKey = toHex(session?.authKey ?? dice.bytes(32), dice.onceIn(2) ? ' ' : '');
  const keyWrapKey = toHex(session?.keyWrapKey ?? dice.bytes(16));
  const nonces = { enrolleeNonce: toHex(dice.bytes(16)), registrarNonce: toHex(dice.bytes(16)) };
  switch (dice.below(4)) {
    case 0:
      return toHex(dice.bytes(1 + dice.below(200)));
    case 1:
      return JSON.stringify(
        { version: 1, pin: '12345670', sessions: [{ ...nonces, authKey: toHex(dice.bytes(32)), keyWrapKey }] },
        null,
        1,
      );
    case 2:
      return `pin: 12345670\nprivate value = ${keyWrapKey}\nAuthKey: ${authKey}\nKeyWrapKey: ${keyWrapKey}\n`;
    default:
      return [
        '1700000000.000001: WPS: Building Message M3',
        '1700000000.000002: WPS: DH Private Key - hexdump(len=16): ' + keyWrapKey,
        `1700000000.000003: WPS: AuthKey - hexdump(len=32): ${authKey}`,
        `1700000000.000004: WPS: KeyWrapKey - hexdump(len=16): ${keyWrapKey}`,
        '',
      ].join('\n');
  }
}

const RUN = JSON.stringify(
  {
    bundleVersion: 1,
    tool: { name: 'rally-conformance', version: '0.1.0' },
    startedAt: '2026-11-20T00:00:00.000Z',
    bench: 'wired',
    place: 'sandbox',
    environment: { node: 'v20' },
    plan: { scope: 'wired', kinds: ['m1', 'exchange'], sessions: 2, dutMac: '02:00:00:00:01:00' },
    profile: null,
  },
  null,
  1,
);
const EVENTS = [
  { monotonicMs: 0, kind: 'clock', wallMs: 1_700_000_000_000 },
  { monotonicMs: 1, kind: 'session-start', session: 1, method: 'pin', wallMs: 1_700_000_000_001 },
  { monotonicMs: 9, kind: 'session-end', session: 1, outcome: 'done', text: 'WSC_Done', wallMs: 1_700_000_000_009 },
  { monotonicMs: 9, kind: 'end' },
];

const bundleText: Target = {
  name: 'bundle-text',
  deadlineMs: 100,
  generate: (dice) => {
    const text = dice.onceIn(2) ? RUN : EVENTS.map((event) => JSON.stringify(event)).join('\n');
    return changed(encoder.encode(text), dice, editText);
  },
  check: (input) => {
    const text = decoder.decode(input);
    refusing(['ERR_BUNDLE_FORMAT'], () => parseRunJson(text));
    ensure(parseEvents(text).length <= text.split('\n').length, 'more events than lines');
  },
};

/** Files that people write, or that a bundle holds as text. */
export const TEXTS: readonly Target[] = [profile, proposal, keys, bundleText];
