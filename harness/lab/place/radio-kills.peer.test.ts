import { describeKills } from '../testing/radio-kills.js';

describeKills(
  'sixteen kills of what makes the access point',
  [
    ['hostapd', 10],
    ['access point', 6],
  ],
  20260105,
);
