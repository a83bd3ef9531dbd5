import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { EXIT } from '#base/error-codes.js';
import { toHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import type { Evidence, ExchangeMessage } from '#evidence/model.js';
import { probeControl } from '#lab/doctor-control.js';
import { checkProfile, mistakeText } from '#profile/load.js';
import type { TraceLayer, TraceWay } from '#judge/trace.js';
import { proposeProfile, type SeenM1 } from '#profile/propose.js';
import type { FoundIdentities } from '#profile/review-identities.js';
import { visible } from '#reports/text.js';
import { traceOf } from '#suites/trace.js';
import { readTextFile, writeWhole } from './files.js';
import { obtain } from './obtain.js';
import { MAX_PROFILE_BYTES, reviewNow } from './profile-file.js';
import type { Terminal } from './terminal.js';

export interface ProfileNewOptions {
  /** Capture, bundle or run folder. */
  readonly from: string;
  /** Address of the device, where there are several. */
  readonly mac?: string;
  readonly out?: string;
}

/** `profile new`: a commented profile from an M1 that was seen, to a file or to standard output. */
export async function newProfile(options: ProfileNewOptions, terminal: Terminal): Promise<number> {
  const { from, mac, out } = options;
  const text = proposeProfile(chosen(await seenM1s(from), from, mac));
  if (out === undefined) {
    terminal.out(text);
    return EXIT.passed;
  }
  if (await exists(out)) {
    throw new RallyError('ERR_OUTPUT_EXISTS', `${out} exists already`, { remedy: 'Name another file with --out.' });
  }
  await writeWhole(out, text);
  terminal.err(`${out} is written: answer what follows OPEN, then run profile check ${out}\n`);
  return EXIT.passed;
}

export interface ProfileCheckOptions {
  /** Capture, bundle or run folder with an M1 of the device. */
  readonly from?: string;
  readonly mac?: string;
}

/** `profile check`: every mistake is in the error that is thrown (exit 4); warnings are printed. */
export async function checkProfileFile(
  file: string,
  { from, mac }: ProfileCheckOptions,
  terminal: Terminal,
): Promise<number> {
  if (from === undefined && mac !== undefined) {
    throw new RallyError('ERR_USAGE', '--mac names a device in evidence, and there is none', {
      remedy: 'Name a capture, run folder or bundle with an M1 of the device: --from.',
    });
  }
  const seen = from === undefined ? null : chosen(await seenM1s(from), from, mac);
  const text = await readTextFile(file, MAX_PROFILE_BYTES);
  const { profile, warnings } = checkProfile(text, file, {
    ...reviewNow(),
    m1: seen?.m1 ?? null,
    found: seen?.found ?? null,
  });
  for (const warning of warnings) terminal.out(`warning: ${mistakeText(file, warning)}\n`);
  // The machine may be another than the one of the bench, so this is no mistake of the profile.
  for (const { name, ok, detail, remedy = '' } of probeControl(profile))
    if (!ok) terminal.out(`warning: on this machine, ${name} ${detail}. ${remedy}\n`);
  const { device, ics, ixit } = profile;
  terminal.out(`${file} is right: ${visible(device.name)}, transports ${ics.transports.join(', ')}, `);
  terminal.out(`WSC ${ics.wscVersion}, tested by ${(ixit.methods ?? [ixit.method]).join(' and ')}\n`);
  return EXIT.passed;
}

interface SeenDevice extends SeenM1 {
  readonly found: FoundIdentities;
}

/** First M1 of each device, and what was found of it. */
async function seenM1s(from: string): Promise<SeenDevice[]> {
  return (await obtain(from)).flatMap(({ evidence }) => seenM1(evidence, basename(from)) ?? []);
}

/** First M1 of the device, or null. */
function seenM1(evidence: Evidence, from: string): SeenDevice | null {
  for (const { messages, enrolleeMac } of evidence.exchanges) {
    const found = messages.find(isM1);
    const frame = found?.parts[0]?.frame.number;
    if (found !== undefined && frame !== undefined)
      return { m1: found.wsc, sourceMac: enrolleeMac, from, frame, found: foundOf(evidence) };
  }
  return null;
}

/** Layers in which a device tells of itself on its network. */
const TOLD: readonly TraceLayer[] = ['announcement', 'answer'];

/** What the device was found under. That it was not found says something only where somebody listened to the end. */
function foundOf(evidence: Evidence): FoundIdentities {
  const { rows } = traceOf(evidence);
  const sent = (way: TraceWay): string[] =>
    rows.filter((row) => row.way === way && TOLD.includes(row.layer)).map((row) => row.sent);
  return { isLookedFor: evidence.discovery?.isComplete === true, sent: { upnp: sent('upnp'), dpws: sent('dpws') } };
}

function isM1({ from, wsc }: ExchangeMessage): boolean {
  return from === 'enrollee' && wsc.name === 'M1';
}

function chosen(devices: readonly SeenDevice[], path: string, mac: string | undefined): SeenDevice {
  const addressOf = ({ sourceMac }: SeenDevice): string => toHex(sourceMac, ':');
  const addresses = devices.map(addressOf).join(', ');
  const wanted = mac?.toLowerCase();
  const [found, second] = devices.filter((device) => wanted === undefined || addressOf(device) === wanted);
  if (devices.length === 0) throw new RallyError('ERR_NOTHING_SELECTED', `${path} holds no M1`, { remedy: NO_M1 });
  if (found === undefined) {
    throw new RallyError('ERR_NOTHING_SELECTED', `${path} holds no M1 of ${visible(mac ?? '')}`, {
      remedy: `It has M1 of ${addresses}.`,
    });
  }
  if (second !== undefined) {
    throw new RallyError('ERR_USAGE', `${path} holds M1 of ${devices.length} devices`, {
      remedy: `Name one with --mac: ${addresses}.`,
    });
  }
  return found;
}

const NO_M1 = 'Capture a pairing from its begin, on the link of the device or by a monitor interface.';

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
