import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Environment variable by which a test finds every process of a run. */
const MARK = 'RALLY_TEST_RUN';

export function markedEnvironment(run: string): Record<string, string> {
  return { [MARK]: run };
}

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Program as the kernel names it, at most 15 characters. */
  readonly name: string;
  readonly args: readonly string[];
  /** Identities of its network, mount, PID and user namespaces. */
  readonly namespaces: readonly string[];
}

/** Processes of a run that still run; those that ended and wait to be reaped do not count. */
export function processesOf(run: string): RunningProcess[] {
  return processes((pid) => readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${MARK}=${run}`));
}

/** What a failed test says of a process that is still there. */
export function describeProcess({ pid, parent, name, args }: RunningProcess): string {
  let state: string;
  try {
    state = /^State:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';
  } catch {
    state = 'ended meanwhile';
  }
  return `${name} ${pid} of ${parent}, ${state}: ${args.join(' ').trim().slice(-60)}`;
}

/** Processes that keep one of these namespaces alive. */
export function processesIn(namespaces: ReadonlySet<string>): RunningProcess[] {
  return processes((pid) => namespacesOf(pid).some((namespace) => namespaces.has(namespace)));
}

/** Namespaces of this process: those of a run that are not among them are the run's own. */
export function ownNamespaces(): ReadonlySet<string> {
  return new Set(namespacesOf('self'));
}

/** Names of network interfaces of this network namespace. */
export function interfaceNames(): string[] {
  return readFileSync('/proc/self/net/dev', 'latin1')
    .split('\n')
    .slice(2)
    .map((line) => line.split(':', 1)[0]?.trim() ?? '')
    .filter((name) => name !== '');
}

function processes(wanted: (pid: string) => boolean): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!wanted(pid)) return [];
        // pid (name) state parent ...; the name may hold anything.
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const args = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
        return [{ pid: Number(pid), parent, name, args, namespaces: namespacesOf(pid) }];
      } catch {
        // It ended meanwhile, or belongs to somebody else.
        return [];
      }
    });
}

function namespacesOf(pid: string): string[] {
  return ['net', 'mnt', 'pid', 'user'].map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`));
}
