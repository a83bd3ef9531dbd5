import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RallyError } from '#base/error.js';
import { mayMakeNamespaces, namespacesOff } from '#lab/place/namespaces.js';
import { programPath } from '#lab/programs.js';
import { median, rounded, type Figure } from './figure.js';

/** Milliseconds from EAPOL-Start to WSC_Done, one a run: what the program in the namespaces prints. */
export interface Turnarounds {
  readonly ours: readonly number[];
  readonly hostapd: readonly number[];
}

const RATIO = 1.5;
const LIMIT_MS_PER_RUN = 10_000;

/**
 * Runs as process 1 of its namespaces, so that all it started ends with it: one virtual cable for each Registrar, the
 * device's end in a namespace of its own.
 */
const INIT = `
set -e
mount -t tmpfs -o mode=0755 speed /run
mount -t sysfs speed /sys 2>/dev/null || true
for registrar in ours hostapd; do
  ip netns add $registrar
  ip link add $registrar type veth peer name dut netns $registrar
  ip -n $registrar link set dut up
  ip link set $registrar up
done
exec "$@"
`;

/** The exchange of wpa_supplicant with our Registrar and with hostapd's, in turns, in private namespaces. */
export async function turnaroundFigure(runs: number, progress: (step: string) => void): Promise<Figure> {
  progress(`${runs} exchanges with our Registrar and with that of hostapd`);
  const { ours, hostapd } = await inNamespaces(runs);
  const [oursMs, peerMs] = [median(ours), median(hostapd)];
  return {
    name: 'EAPOL-Start to WSC_Done, beside hostapd',
    ours: rounded(oursMs),
    peer: rounded(peerMs),
    ratio: rounded(oursMs / peerMs),
    unit: 'ms',
    aim: `at most ${RATIO} times`,
    met: oursMs <= RATIO * peerMs,
  };
}

async function inNamespaces(runs: number): Promise<Turnarounds> {
  const namespaces = mayMakeNamespaces() ? '-nm' : '-Urnm';
  const inner = [process.execPath, fileURLToPath(new URL('./turnaround-runs.js', import.meta.url)), String(runs)];
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', namespaces, '--fork', '--pid', '--kill-child', 'sh', '-c', INIT, 'sh', ...inner],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: programPath(), LC_ALL: 'C' },
      timeout: runs * LIMIT_MS_PER_RUN,
      killSignal: 'SIGKILL',
    },
  );
  let printed = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status === 0) return JSON.parse(printed) as Turnarounds;
  if (/^unshare: /m.test(said)) throw namespacesOff(said.trim());
  throw new RallyError('ERR_DAEMON', `the exchanges ended with ${String(status)}: ${said.trim()}`);
}
