import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { RallyError } from '#base/error.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import type { CaptureLinkType } from '#wire/pcap/blocks.js';
import type { NamedKeys, SecretsJson } from './keys.js';
import { checkpointDetail, PART_END } from './parts.js';
import { BUNDLE_FILES, formatEvent, type RunJson } from './run-json.js';

/** One interface of a capture. */
export interface CaptureInterface {
  readonly linkType: CaptureLinkType;
  readonly interfaceName?: string;
  readonly filter?: string;
}

export interface RecorderOptions {
  readonly clock: Clock;
  /** What is captured; Ethernet without a name when absent. Of several interfaces, frames name theirs by its place. */
  readonly capture?: CaptureInterface | readonly CaptureInterface[];
}

export interface FrameOrigin {
  /** Seen from the bench: `in` comes from the device. */
  readonly direction: 'in' | 'out';
  /** Place among the recorder's interfaces, from 0; 0 when absent. */
  readonly interfaceId?: number;
  readonly comment?: string;
  /** Original length where the frame was cut. */
  readonly wireLength?: number;
  /** Frames lost directly before this one. */
  readonly dropCount?: number;
}

/**
 * Writes an evidence bundle while it comes into being. Capture and events are only appended to, one record with one
 * system call: whatever kills the process leaves at most one cut record behind. Calls are synchronous on purpose.
 *
 * When the disk fails, the call that noticed throws ERR_DISK, and later calls do nothing: what was written until then
 * can be judged.
 */
export class Recorder {
  readonly dir: string;
  private readonly run: RunJson;
  private readonly clock: Clock;
  private readonly capture: AppendedFile;
  private readonly events: AppendedFile;
  private readonly logs = new Map<string, AppendedFile>();
  /** Digests of documents by their name in the bundle. */
  private readonly documents = new Map<string, string>();
  private secrets: SecretsJson = { version: 1, sessions: [] };
  private frames = 0;
  private open = true;

  private constructor(dir: string, run: RunJson, clock: Clock) {
    this.dir = dir;
    this.run = run;
    this.clock = clock;
    this.capture = new AppendedFile(path.join(dir, BUNDLE_FILES.capture));
    this.events = new AppendedFile(path.join(dir, BUNDLE_FILES.events));
  }

  /**
   * Begin a bundle in `dir`, which is made if need be. Throws ERR_OUTPUT_EXISTS when there is a recording already,
   * ERR_DISK when it cannot be written.
   */
  static create(dir: string, run: RunJson, options: RecorderOptions): Recorder {
    return guarded(`begin the bundle ${dir}`, () => {
      for (const folder of [dir, path.join(dir, BUNDLE_FILES.documents), path.join(dir, BUNDLE_FILES.logs)])
        mkdirSync(folder, { recursive: true });
      const recorder = new Recorder(dir, run, options.clock);
      replaceFile(path.join(dir, BUNDLE_FILES.run), json(run), 0o644);
      recorder.capture.append(sectionHeader({ application: `${run.tool.name} ${run.tool.version}` }));
      for (const { linkType, interfaceName, filter } of interfacesOf(options)) {
        recorder.capture.append(
          interfaceDescription({
            linkType,
            snapLengthBytes: 0,
            ...(interfaceName === undefined ? {} : { name: interfaceName }),
            ...(filter === undefined ? {} : { filter }),
          }),
        );
      }
      recorder.event('clock', { wallMs: options.clock.wallMs() });
      return recorder;
    });
  }

  /** A frame as it was on the link; `timeNs` since 1970, wall clock. */
  frame(bytes: Uint8Array, timeNs: bigint, origin: FrameOrigin): void {
    const { direction, interfaceId = 0, ...rest } = origin;
    this.write('record a frame', () => {
      const side = direction === 'in' ? 'inbound' : 'outbound';
      this.capture.append(enhancedPacket({ interfaceId, timeNs, bytes, direction: side, ...rest }));
      this.frames++;
    });
  }

  /** Something the bench did or noticed; `detail` must be plain JSON without secrets. */
  event(kind: string, detail: Readonly<Record<string, unknown>>): void {
    this.write('record an event', () => {
      this.appendEvent(kind, detail);
    });
  }

  /** A document as it was received, for `documents/<name>`. A name is used once. */
  document(name: string, bytes: Uint8Array): void {
    this.write('keep a document', () => {
      writeFileSync(path.join(this.dir, BUNDLE_FILES.documents, name), bytes, { flag: 'wx' });
      this.documents.set(`${BUNDLE_FILES.documents}/${name}`, createHash('sha256').update(bytes).digest('hex'));
    });
  }

  /** Keys of a session, as soon as they exist. */
  keys(keys: NamedKeys): void {
    const session = {
      enrolleeNonce: toHex(keys.enrolleeNonce),
      registrarNonce: toHex(keys.registrarNonce),
      authKey: toHex(keys.authKey),
      keyWrapKey: toHex(keys.keyWrapKey),
      ...(keys.pin === undefined ? {} : { pin: keys.pin }),
    };
    this.keepSecrets({ ...this.secrets, sessions: [...this.secrets.sessions, session] });
  }

  /** The PIN as ASCII digits, or the network key as hex. */
  secret(name: 'pin' | 'networkKey', value: string): void {
    this.keepSecrets({ ...this.secrets, [name]: value });
  }

  /**
   * A part of the run is through: when the recording is cut later, this much of it stays. It is on the disk when this
   * returns.
   */
  partEnd(part: string): void {
    this.write('end a part', () => {
      this.capture.sync();
      if (this.holdsSecrets) syncFile(path.join(this.dir, BUNDLE_FILES.secrets));
      for (const name of this.documents.keys()) syncFile(path.join(this.dir, name));
      const detail = checkpointDetail({
        part,
        wallMs: this.clock.wallMs(),
        frames: this.frames,
        captureBytes: this.capture.sizeBytes,
        capture: this.capture.digest(),
        events: this.events.digest(),
        documents: Object.fromEntries(this.documents),
      });
      this.appendEvent(PART_END, detail);
      this.events.sync();
    });
  }

  /** Takes the output of a program, for `logs/<name>.log`. A log that cannot be written is given up silently. */
  log(name: string): (chunk: Uint8Array) => void {
    const file = this.logs.get(name) ?? this.openLog(name);
    return (chunk) => {
      try {
        if (this.open) file.append(chunk);
      } catch {
        // The capture and the events are what is judged; they report a full disk themselves.
      }
    };
  }

  /** End the recording orderly: last event, digests. Without it the bundle counts as cut short. */
  close(): void {
    this.event('end', {});
    this.write('end the recording', () => {
      const digests = {
        [BUNDLE_FILES.capture]: this.capture.digest(),
        [BUNDLE_FILES.events]: this.events.digest(),
        ...Object.fromEntries(this.documents),
      };
      replaceFile(path.join(this.dir, BUNDLE_FILES.run), json({ ...this.run, digests }), 0o644);
      this.closeFiles();
    });
  }

  private openLog(name: string): AppendedFile {
    return guarded(`open the log ${name}`, () => {
      const file = new AppendedFile(path.join(this.dir, BUNDLE_FILES.logs, `${name}.log`));
      this.logs.set(name, file);
      return file;
    });
  }

  private get holdsSecrets(): boolean {
    const { sessions, pin, networkKey } = this.secrets;
    return sessions.length > 0 || pin !== undefined || networkKey !== undefined;
  }

  private keepSecrets(secrets: SecretsJson): void {
    this.secrets = secrets;
    this.write('keep the secrets', () => {
      replaceFile(path.join(this.dir, BUNDLE_FILES.secrets), json(secrets), 0o600);
    });
  }

  private appendEvent(kind: string, detail: Readonly<Record<string, unknown>>): void {
    const line = formatEvent({ monotonicMs: this.clock.monotonicMs(), kind, detail });
    this.events.append(new TextEncoder().encode(line));
  }

  private write(what: string, action: () => void): void {
    if (!this.open) return;
    try {
      guarded(what, action);
    } catch (error) {
      this.open = false;
      this.stopAfter(error);
      throw error;
    }
  }

  /** The disk failed: say so where there is still room, and let go of the files. */
  private stopAfter(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    for (const last of [
      () => {
        this.appendEvent('bench-failure', { code: 'ERR_DISK', text });
      },
      () => {
        this.closeFiles();
      },
    ]) {
      try {
        last();
      } catch {
        // Nothing is left to be done about it.
      }
    }
  }

  private closeFiles(): void {
    this.open = false;
    for (const file of [this.capture, this.events, ...this.logs.values()]) file.close();
  }
}

function interfacesOf({ capture = { linkType: 'ethernet' } }: RecorderOptions): readonly CaptureInterface[] {
  return isList(capture) ? capture : [capture];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** A file that is only appended to, with the digest of what was. */
class AppendedFile {
  sizeBytes = 0;
  private readonly descriptor: number;
  private readonly hash: Hash = createHash('sha256');

  /** Throws EEXIST when the file is there already. */
  constructor(file: string) {
    this.descriptor = openSync(file, 'ax');
  }

  append(bytes: Uint8Array): void {
    let at = writeSync(this.descriptor, bytes);
    // A short write is how a full disk begins; the next one says so.
    while (at < bytes.length) at += writeSync(this.descriptor, bytes, at);
    this.sizeBytes += bytes.length;
    this.hash.update(bytes);
  }

  /** Returns when all of it is on the disk. */
  sync(): void {
    forceToDisk(this.descriptor);
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function syncFile(file: string): void {
  const descriptor = openSync(file, 'r');
  try {
    forceToDisk(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A file is there whole or as it was before. */
function replaceFile(file: string, text: string, mode: number): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, file);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function guarded<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof RallyError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (exists) throw new RallyError('ERR_OUTPUT_EXISTS', `there is a recording already: ${text}`, { cause: error });
    throw new RallyError('ERR_DISK', `cannot ${what}: ${text}`, { cause: error });
  }
}

/** What is forced outlives a power cut. Node's permission model, under which a run may be tried, lets nothing be forced. */
function forceToDisk(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error;
  }
}
