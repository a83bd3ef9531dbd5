import { accessSync, constants, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { declaredActions, type ConsolePort } from '#profile/control.js';
import type { Profile } from '#profile/schema.js';
import { findExecutable } from './device/control/by-process.js';
import type { Probe } from './doctor.js';

/** What the control of the device needs on this machine. Nothing is opened: some devices restart when their port is. */
export function probeControl(profile: Profile | null): Probe[] {
  const control = profile?.ixit.control;
  if (control === undefined) return [];
  const programs = new Set(
    declaredActions(control).flatMap(({ action }) => (action.by === 'process' ? [action.argv[0] ?? ''] : [])),
  );
  return [
    ...(control.console === undefined ? [] : [probePort(control.console)]),
    ...[...programs].map((program) => probeProgram(program)),
  ];
}

function probePort({ path }: ConsolePort): Probe {
  const name = `console ${path}`;
  const bad = (detail: string, remedy: string): Probe => ({ name, ok: false, detail, remedy });
  let port: string;
  try {
    port = realpathSync(path);
  } catch {
    return bad('is not there', 'Plug the adapter in, and compare ixit.control.console.path: ls /dev/serial/by-id');
  }
  if (!statSync(port).isCharacterDevice())
    return bad('is no serial port', 'Name the port of the console, e.g. /dev/ttyUSB0.');
  try {
    accessSync(port, constants.R_OK | constants.W_OK);
  } catch {
    return bad(
      'may not be opened by this user',
      'Run as root, or put the user into the group of the port (Debian: dialout) and log in again.',
    );
  }
  const user = userOf(port);
  if (user !== null) return bad(`is in use by process ${user}`, 'Close the program that has it open.');
  return { name, ok: true, detail: 'a serial port that may be opened' };
}

/** Number of another process that has a file open, as far as this user may see; null: none. */
function userOf(file: string): string | null {
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return others.find((pid) => openFiles(pid).includes(file)) ?? null;
}

function openFiles(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => {
      try {
        return [readlinkSync(`${folder}/${fd}`)];
      } catch {
        // It was closed meanwhile.
        return [];
      }
    });
  } catch {
    // It has ended, or is somebody else's.
    return [];
  }
}

function probeProgram(program: string): Probe {
  const file = findExecutable(program);
  const name = `control ${program}`;
  if (file !== null) return { name, ok: true, detail: file };
  return {
    name,
    ok: false,
    detail: 'cannot be run',
    remedy: 'Give its whole path in ixit.control, and make it executable.',
  };
}
