import { concat, equal } from '#base/bytes.js';
import { Assembler } from '#evidence/assemble.js';
import type { Ability, BenchEvent, Evidence } from '#evidence/model.js';
import { canonicalJson } from '#judge/canonical.js';
import { judge } from '#judge/judge.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { decodeEthernet, encodeEthernet } from '#wire/ethernet.js';
import { dissectFrame, isOfInterest } from '#wire/dissect-link.js';
import { LINK_TYPES, type CaptureLinkType } from '#wire/pcap/blocks.js';
import { CaptureReader, type CaptureSummary } from '#wire/pcap/reader.js';
import type { Dice } from '../dice.js';
import { captureRecords, editedFrames, editRecords } from '../mutate/capture.js';
import { editDatagram } from '../mutate/datagram.js';
import { editFrame, managementFrame, rewrap } from '../mutate/frame.js';
import { anyChoice, anyRecording, messagesOf, recordingOf, type Recording } from '../seeds.js';
import { changed, ensure, ensureInside, ensureLossless, refusing, type Target } from '../target.js';

const LINKS: readonly CaptureLinkType[] = Object.values(LINK_TYPES);

/** Input: one byte that chooses the link layer, then the frame. */
const frame: Target = {
  name: 'frame',
  deadlineMs: 100,
  generate: (dice) => {
    const recording = anyRecording(dice);
    const chosen = dice.below(LINKS.length);
    const linkType = LINKS[chosen] ?? 'ethernet';
    if (dice.onceIn(4)) {
      const network = changed(dice.oneOf(recording.network).bytes, dice, editDatagram);
      return concat(Uint8Array.of(chosen), rewrap(linkType, network, dice));
    }
    const start = startFrame(recording, linkType, dice);
    return concat(
      Uint8Array.of(chosen),
      changed(start, dice, (bytes, own) => editFrame(linkType, bytes, own)),
    );
  },
  check: (input) => {
    const linkType = LINKS[(input[0] ?? 0) % LINKS.length] ?? 'ethernet';
    const bytes = input.subarray(1);
    for (const fcsBytes of [0, 4]) {
      const lines = dissectFrame(linkType, bytes, {}, fcsBytes);
      ensure(lines.length > 0, 'nothing is said of the frame');
      isOfInterest(lines);
      for (const { at, path, inPlaintext } of lines) if (!inPlaintext) ensureInside(at, bytes.length, `line ${path}`);
    }
    const ethernet = decodeEthernet(bytes);
    if (ethernet !== null) ensureLossless(encodeEthernet(ethernet), bytes, 'Ethernet');
  },
};

function startFrame(recording: Recording, linkType: CaptureLinkType, dice: Dice): Uint8Array {
  if (linkType === 'dot11' && dice.onceIn(2)) {
    const wps = dice.onceIn(3) ? concat(...messagesOf(recording)).subarray(0, 900) : messagesOf(recording)[0];
    return managementFrame(wps ?? new Uint8Array(0), dice);
  }
  const wired = recording.frames.filter((each) => each.linkType === 'ethernet');
  return rewrap(linkType, dice.oneOf(wired).bytes, dice);
}

function captureFile(exchange: Recording, dice: Dice): Uint8Array {
  const recording = dice.onceIn(3) ? { ...exchange, frames: [...exchange.frames, ...exchange.network] } : exchange;
  const frames = editedFrames(recording, dice.below(4), dice);
  const records = captureRecords(frames, dice);
  return concat(...(dice.onceIn(4) ? records : changed(records, dice, editRecords)));
}

interface Read {
  readonly packets: readonly Uint8Array[];
  readonly summary: CaptureSummary | null;
}

/** All packets of a file that is pushed in pieces of this size; what was read before a fault counts. */
function readIn(pieceBytes: number, file: Uint8Array): Read {
  const packets: Uint8Array[] = [];
  const reader = new CaptureReader({ packet: (packet) => packets.push(packet.store().bytes) });
  const summary = refusing(['ERR_CAPTURE_FORMAT', 'ERR_LINK_TYPE'], () => {
    for (let at = 0; at < file.length; at += pieceBytes) reader.push(file.subarray(at, at + pieceBytes));
    return reader.finish();
  });
  return { packets, summary };
}

const capture: Target = {
  name: 'capture',
  deadlineMs: 200,
  generate: (dice) => captureFile(anyRecording(dice), dice),
  check: (input) => {
    const whole = readIn(Math.max(1, input.length), input);
    const pieces = readIn(input.length > 4096 ? 101 : 7, input);
    const held = whole.packets.reduce((sum, bytes) => sum + bytes.length, 0);
    ensure(held <= input.length, `packets of ${held} bytes in a file of ${input.length}`);
    ensure(
      whole.packets.length === pieces.packets.length &&
        whole.packets.every((bytes, index) => equal(bytes, pieces.packets[index] ?? new Uint8Array(0))),
      'the packets depend on the pieces the file comes in',
    );
    ensure(
      JSON.stringify(whole.summary) === JSON.stringify(pieces.summary),
      'the summary depends on the pieces the file comes in',
    );
  },
};

/** Most devices that one of these captures can be told to hold: frames are some dozens. */
const MAX_EVIDENCES = 200;

function evidenceOf(input: Uint8Array, assembler: Assembler): Evidence[] {
  const reader = new CaptureReader(assembler);
  const summary = refusing(['ERR_CAPTURE_FORMAT', 'ERR_LINK_TYPE'], () => {
    reader.push(input);
    return reader.finish();
  });
  return assembler.finish(summary);
}

/** Two bytes that name the recording, for its keys and profile, and one whether a bench tells of the run. */
const CHOICE_BYTES = 3;
const ABILITY: Ability = { kinds: ['m1', 'exchange', 'keys', 'profile', 'sessions', 'frames'], sessions: 1 };

/** Without it a run is one whose bench has died. */
const END: BenchEvent = { monotonicMs: 1, kind: 'end', detail: {} };

const judged: Target = {
  name: 'judge',
  deadlineMs: 1000,
  generate: (dice) => {
    const choice = anyChoice(dice);
    const head = Uint8Array.of(choice.model, choice.fault, dice.below(2));
    return concat(head, captureFile(recordingOf(choice), dice));
  },
  check: (input) => {
    const [model = 0, fault = 0, bench = 0] = input;
    const { keys, profile, device } = recordingOf({ model, fault });
    const hasRun = bench % 2 === 1;
    const run = { dutMac: device.mac, ability: ABILITY, events: [END] };
    const assembled = evidenceOf(input.subarray(CHOICE_BYTES), new Assembler(hasRun ? { keys, run } : { keys }));
    for (const evidence of assembled) {
      const verdicts = judge(CATALOGUE, profile, evidence, { scope: hasRun ? 'loopback' : 'capture', strict: false });
      const error = verdicts.results.find(({ verdict }) => verdict === 'error');
      ensure(error === undefined, `${error?.id ?? ''} errs: ${error?.reason ?? ''}`);
      ensure(canonicalJson(verdicts).length > 0, 'no record');
    }
  },
};

const assembler: Target = {
  name: 'assembler',
  deadlineMs: 500,
  generate: (dice) => captureFile(anyRecording(dice), dice),
  check: (input) => {
    const found = evidenceOf(input, new Assembler());
    ensure(found.length <= MAX_EVIDENCES, `${found.length} devices in ${input.length} bytes`);
    const messages = found.flatMap(({ exchanges }) => exchanges.flatMap((exchange) => exchange.messages));
    const bytes = messages.reduce((sum, { wsc }) => sum + wsc.bytes.length, 0);
    ensure(bytes <= input.length, `messages of ${bytes} bytes in a capture of ${input.length}`);
  },
};

/** Readers of captures and what is made of them. */
export const CAPTURES: readonly Target[] = [frame, capture, assembler, judged];
