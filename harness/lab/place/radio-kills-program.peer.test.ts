import { describeKills } from '../testing/radio-kills.js';

describeKills(
  'fourteen kills of the monitor, the program inside and the machine',
  [
    ['monitor', 6],
    ['program inside', 5],
    ['QEMU', 3],
  ],
  20260106,
);
