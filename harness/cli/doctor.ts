import pc from 'picocolors';
import { EXIT } from '#base/error-codes.js';
import { canonicalJson } from '#judge/canonical.js';
import { probe } from '#lab/doctor.js';
import { loadProfile } from './profile-file.js';
import type { Terminal } from './terminal.js';

export interface DoctorOptions {
  readonly profile?: string;
  readonly json?: boolean;
}

/** `doctor`: what a run needs on this machine, and what to do where something is missing. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const profile = options.profile === undefined ? null : await loadProfile(options.profile, terminal);
  const probes = await probe(profile);
  if (options.json === true) {
    terminal.out(canonicalJson(probes));
  } else {
    const { green, red } = pc.createColors(terminal.color);
    const width = Math.max(...probes.map(({ name }) => name.length));
    for (const { name, ok, detail, remedy } of probes) {
      terminal.out(`${ok ? green('ok     ') : red('missing')}  ${name.padEnd(width)}  ${detail}\n`);
      if (remedy !== undefined) terminal.out(`${' '.repeat(9)}${remedy}\n`);
    }
  }
  return probes.every(({ ok }) => ok) ? EXIT.passed : EXIT.broken;
}
