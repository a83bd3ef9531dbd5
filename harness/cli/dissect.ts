import { EXIT } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import { nearest } from '#base/nearest.js';
import { NO_KEYS } from '#evidence/keys.js';
import type { Evidence } from '#evidence/model.js';
import { dissectEapol } from '#wire/dissect-frame.js';
import { dissectFrame } from '#wire/dissect-link.js';
import { dissectWsc, type DissectLine, type DissectOptions } from '#wire/dissect.js';
import { LINK_TYPES, type CaptureLinkType } from '#wire/pcap/blocks.js';
import type { CaptureSummary } from '#wire/pcap/reader.js';
import { decodeWsc, MESSAGE_TYPE, type MessageName } from '#wire/wps/message.js';
import { FrameDissector, frameJson, frameText, holds, looseFrame, type FrameDissection } from './dissect-frames.js';
import { dissectInput, type DissectInput } from './dissect-input.js';
import { loadKeys } from './keys-file.js';
import type { Terminal } from './terminal.js';

export interface DissectCommandOptions {
  /** Outermost layer of a frame given as hex: one of {@link FRAME_BEGINS}; Ethernet when absent. */
  readonly as?: string;
  /** Names of messages. */
  readonly message: readonly string[];
  /** Numbers of frames, as they were typed. */
  readonly frame: readonly string[];
  readonly keys?: string;
  readonly secrets?: boolean;
  readonly json?: boolean;
}

type FrameBegin = CaptureLinkType | 'eapol' | 'wsc';
/** What a frame given as hex can begin with. */
const FRAME_BEGINS: readonly FrameBegin[] = [...Object.values(LINK_TYPES), 'eapol', 'wsc'];

/**
 * `dissect`: frames as layered text or JSON, with offsets and remarks. What a device sent wrong is shown and is no
 * failure. Throws RallyError for input that cannot be read and for a filter that nothing matches.
 */
export async function dissect(
  input: string | undefined,
  options: DissectCommandOptions,
  terminal: Terminal,
  stdin: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const begin = frameBegin(options.as ?? 'ethernet');
  const filter = { frames: options.frame.map(frameNumber), messages: options.message.map(messageNamed) };
  const keys = options.keys === undefined ? NO_KEYS : await loadKeys(options.keys);
  const found = await dissectInput(input, keys, stdin);
  const printer = new Printer(terminal, options.json === true);
  const format: DissectOptions = options.secrets === true ? { secrets: true } : {};
  if (found.kind === 'frame') {
    if (options.keys !== undefined || filter.frames.length > 0)
      throw new RallyError('ERR_USAGE', '--keys and --frame are for captures and bundles: this is one frame', {
        remedy: 'Give the capture the frame is from.',
      });
    const lines = dissectLoose(begin, found.bytes, format);
    if (filter.messages.length === 0 || filter.messages.some((name) => holds(lines, name)))
      printer.print(looseFrame(begin, found.bytes, lines));
  } else await dissectCapture(found, new FrameDissector(found.evidence, filter, format), printer, terminal);
  printer.end();
  if (printer.printed === 0 && filter.frames.length + filter.messages.length > 0)
    throw new RallyError('ERR_NOTHING_SELECTED', 'No frame is what --frame and --message ask for', {
      remedy: 'Leave them out to see what there is.',
    });
  return EXIT.passed;
}

async function dissectCapture(
  capture: Extract<DissectInput, { kind: 'capture' }>,
  dissector: FrameDissector,
  printer: Printer,
  terminal: Terminal,
): Promise<void> {
  let leftOut = 0;
  const summary = await capture.read({
    packet: (packet) => {
      const frame = dissector.dissect(packet);
      if (frame === null) leftOut++;
      else printer.print(frame);
    },
  });
  const hidden = dissector.isFiltered ? 0 : leftOut;
  for (const note of [...notesOn(summary, hidden), ...keyProblems(capture.evidence)]) terminal.err(`note: ${note}\n`);
}

function dissectLoose(begin: FrameBegin, bytes: Uint8Array, options: DissectOptions): DissectLine[] {
  if (begin === 'eapol') return dissectEapol(bytes, options);
  return begin === 'wsc' ? dissectWsc(decodeWsc(bytes), options) : dissectFrame(begin, bytes, options);
}

function notesOn({ skipped, unknownLinkTypes, cut }: CaptureSummary, leftOut: number): string[] {
  const notes: string[] = [];
  if (leftOut > 0) notes.push(`${leftOut} frames have no EAPOL and no WPS information element, and are not shown`);
  if (skipped > 0) notes.push(`${skipped} frames have a link type that is not read: ${unknownLinkTypes.join(', ')}`);
  if (cut !== null) notes.push(`the capture ends within the record at offset ${cut.offset}`);
  return notes;
}

function keyProblems(evidence: readonly Evidence[]): string[] {
  return evidence.flatMap(({ exchanges }) =>
    exchanges.flatMap(({ number, keysProblem }) =>
      keysProblem === undefined ? [] : [`exchange ${number}: ${keysProblem}`],
    ),
  );
}

/** Prints frames as they come; JSON as one array. */
class Printer {
  printed = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly json: boolean,
  ) {}

  print(frame: FrameDissection): void {
    const before = this.printed === 0 ? '[\n' : ',\n';
    this.terminal.out(this.json ? `${before}${frameJson(frame).trimEnd()}` : frameText(frame));
    this.printed++;
  }

  end(): void {
    if (this.json) this.terminal.out(this.printed === 0 ? '[]\n' : '\n]\n');
  }
}

function frameBegin(text: string): FrameBegin {
  const found = FRAME_BEGINS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new RallyError('ERR_USAGE', `A frame cannot begin with ${text}`, {
    remedy: `Known beginnings: ${FRAME_BEGINS.join(', ')}.`,
  });
}

function frameNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number > 0) return number;
  throw new RallyError('ERR_USAGE', `${text} is no frame number`, { remedy: 'Frames are counted from 1.' });
}

const MESSAGE_NAMES = Object.keys(MESSAGE_TYPE) as MessageName[];

function messageNamed(text: string): MessageName {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = plain(text);
  const found = MESSAGE_NAMES.find((name) => plain(name) === wanted || plain(name) === `wsc${wanted}`);
  if (found !== undefined) return found;
  const meant = nearest(text, MESSAGE_NAMES);
  throw new RallyError('ERR_USAGE', `There is no WSC message ${text}`, {
    remedy: meant === null ? `Messages: ${MESSAGE_NAMES.join(', ')}.` : `Did you mean ${meant}?`,
  });
}
