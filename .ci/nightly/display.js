/**
 * What takes minutes of real time, for a lab's night and not for `npm test`: `npm run nightly`.
 *
 * RVP-PIN-01 with a real clock: after the M2D that Windows sends, wpa_supplicant is left alone for two minutes; only then
 * is the person at the terminal, here a pseudo-terminal, asked what the display shows.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const MAIN = path.join(PROJECT, 'dist', 'harness', 'cli', 'main.js');
const SHOWN_MS = 120_000;
const LIMIT_MS = 300_000;
const PROMPT = '> ';

/**
 * Run on a pseudo-terminal; every prompt is answered with yes.
 * @param {readonly string[]} args @returns {Promise<{exitCode: number | null, shown: string}>}
 */
function atTerminal(args) {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: PROJECT,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  });
  let shown = '';
  let unread = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    shown += text;
    unread += text;
    const at = unread.indexOf(PROMPT);
    if (at < 0) return;
    unread = unread.slice(at + PROMPT.length);
    child.stdin.write('y\n');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, shown }));
  });
}

describe('a display that shows a PIN', function () {
  this.timeout(LIMIT_MS);

  it('is asked about when two minutes have passed since the M2D of Windows', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rally-nightly-'));
    try {
      const text = readFileSync(path.join(PROJECT, 'fixtures', 'profiles', 'reference-none.yaml'), 'utf8')
        .replace('methods: [pin, pbc]\n', 'methods: [pin, pbc]\n  display: true\n  pinKind: dynamic\n')
        .replace('sessions: 2\n', 'sessions: 2\n  operator:\n    attended: true\n');
      const profile = path.join(folder, 'profile.yaml');
      writeFileSync(profile, text);
      const out = path.join(folder, 'run');
      const args = ['run', '--profile', profile, '--scope', 'full', '--select', 'pin', '--no-html', '--out', out];
      const { shown } = await atTerminal(args);
      const { results } = JSON.parse(readFileSync(path.join(out, 'verdicts.json'), 'utf8'));
      assert.equal(results.find(({ id }) => id === 'RVP-PIN-01').verdict, 'pass', shown);
      const events = readFileSync(path.join(out, 'bundle', 'events.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const atMs = (kind) => events.filter((event) => event.kind === kind).map((event) => event.monotonicMs);
      const [watchedMs] = atMs('session-start');
      const answers = atMs('operator');
      assert.ok(answers.length >= 2, shown);
      for (const answeredMs of answers) assert.ok(answeredMs - watchedMs >= SHOWN_MS, `${answeredMs - watchedMs} ms`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
