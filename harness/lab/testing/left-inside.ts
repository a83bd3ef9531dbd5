import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a bench left in the virtual machine when its program ended. */
export interface LeftInside {
  /** Which end of a program it was, from 1. */
  readonly number: number;
  /** Interfaces with their mode, e.g. `wlan0 managed`, sorted. */
  readonly interfaces: readonly string[];
  /** Names of network namespaces. */
  readonly namespaces: readonly string[];
  /** Names of programs a bench starts that still run. */
  readonly programs: readonly string[];
  /** Folders of the bench; they hold secrets of the run. */
  readonly folders: readonly string[];
}

const FILE = 'left-inside.jsonl';

/**
 * Address of a module for Node's option --import: when the program ends by itself, it writes down what is still there,
 * after everything was put back and before the machine makes its radios anew.
 */
export function noteLeftInside(folder: string): string {
  const source = `
    import { execFileSync } from 'node:child_process';
    import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
    const list = (path) => { try { return readdirSync(path); } catch { return []; } };
    process.on('exit', () => {
      const said = execFileSync('iw', ['dev'], { encoding: 'utf8' });
      const interfaces = [...said.matchAll(/Interface (\\S+)[^]*?type (\\S+)/g)].map(([, name, type]) => name + ' ' + type).sort();
      const programs = list('/proc').filter((pid) => /^\\d+$/.test(pid)).flatMap((pid) => {
        try {
          const [file, applet] = readFileSync('/proc/' + pid + '/cmdline', 'latin1').split('\\0');
          const name = file.split('/').at(-1) === 'busybox' ? applet : file.split('/').at(-1);
          return ['hostapd', 'wpa_supplicant', 'dnsmasq', 'udhcpc'].includes(name) ? [name] : [];
        } catch { return []; }
      });
      const folders = list('/run/rally').filter((name) => /^(?:bench|dut)-/.test(name));
      const left = { interfaces, namespaces: list('/run/netns'), programs, folders };
      appendFileSync(${JSON.stringify(join(folder, FILE))}, JSON.stringify(left) + '\\n');
    });`;
  return `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
}

/** What was written down last; null when nothing was. */
export function lastLeftInside(folder: string): LeftInside | null {
  const file = join(folder, FILE);
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const last = lines.at(-1);
  return last === undefined ? null : { ...(JSON.parse(last) as Omit<LeftInside, 'number'>), number: lines.length };
}
