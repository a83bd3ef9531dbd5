import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { RallyError } from '#base/error.js';
import { junitXml } from '#reports/junit.js';
import { markup, visible } from '#reports/text.js';
import type { RunView } from '#reports/view.js';
import { reasonOf } from './files.js';
import type { JudgeError } from './judge-result.js';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
const TAIL = '</testsuites>\n';

/**
 * The test suites of one device, numbered from 0.
 *
 * @param path the evidence it was judged from, where there are several: it becomes part of the device's name, so that
 *   a device that passes in one capture does not hide that it fails in another
 */
export function deviceSuites(view: RunView, path: string | null): string {
  const { dut } = view.verdicts;
  const name = path === null ? dut.name : `${dut.name} in ${path}`;
  const document = junitXml([{ ...view, verdicts: { ...view.verdicts, dut: { ...dut, name } } }]);
  return document.slice(HEAD.length, -TAIL.length);
}

/** One suite with one error, for evidence that could not be judged. */
export function unreadableSuite(path: string, { code, message, remedy }: JudgeError): string {
  const name = markup(path);
  const slug = markup(visible(path).replace(/[^\p{L}\p{N}-]+/gu, '_'));
  return [
    `<testsuite id="0" name="evidence" package="${name}" hostname="localhost" timestamp="1970-01-01T00:00:00" tests="1" failures="0" errors="1" skipped="0" time="0">`,
    `<properties><property name="evidence" value="${name}"/></properties>`,
    `<testcase classname="${slug}.evidence" name="The evidence can be judged" time="0"><error type="${code}" message="${markup(message)}">${markup(remedy)}</error></testcase>`,
    '<system-out></system-out>',
    '<system-err></system-err>',
    '</testsuite>',
    '',
  ].join('\n');
}

/** One JUnit file of many devices, written as they come; it appears under its name when it is whole. */
export class JunitFile {
  private readonly temporary: string;
  private readonly descriptor: number;
  private suites = 0;

  /** Throws RallyError ERR_DISK, as everything here. */
  constructor(private readonly file: string) {
    this.temporary = `${file}.${randomUUID()}`;
    this.descriptor = this.attempt(() => openSync(this.temporary, 'wx'));
    this.write(HEAD);
  }

  /** Add suites as {@link deviceSuites} and {@link unreadableSuite} make them. */
  add(suites: string): void {
    // Nothing else can look like this: text and attributes hold no bare `<`.
    this.write(suites.replace(/^<testsuite id="\d+"/gm, () => `<testsuite id="${this.suites++}"`));
  }

  finish(): void {
    this.write(TAIL);
    this.attempt(() => {
      closeSync(this.descriptor);
      renameSync(this.temporary, this.file);
    });
  }

  /** Leave nothing of a file that is not whole. */
  discard(): void {
    closeSync(this.descriptor);
    rmSync(this.temporary, { force: true });
  }

  private write(text: string): void {
    this.attempt(() => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
    });
  }

  private attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw new RallyError('ERR_DISK', `${this.file} cannot be written: ${reasonOf(cause)}`, { cause });
    }
  }
}
