import { describeKills } from '../testing/radio-kills.js';

describeKills(
  'fourteen kills of the monitor, the program inside and the machine',
  // Frames are held back until the monitor and the access point have both heard them: only a bench that lives on writes
  // down those of an exchange that has just begun.
  [
    ['monitor', 9],
    ['program inside', 3],
    ['QEMU', 2],
  ],
  20260106,
);
