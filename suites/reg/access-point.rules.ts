import type { Rule } from '#judge/rule.js';
import { abstentionRule, encounterRule, registrationRule } from '../air-stimulus-rules.js';

const OVERLAP =
  'Look through all channels first; when more than one access point with Device Password ID 0x0004 shows, and their UUIDs differ, stop and tell the user of the overlap.';

/** What access points say of themselves before a registration. */
export const accessPointRules: readonly Rule[] = [
  abstentionRule({
    number: '40',
    level: 'MUST',
    title: 'Keep away when two access points wait for a push button',
    when: 'two access points with different UUIDs wait for a push button',
    why: 'The device cannot know which button its owner pushed; it may hand itself to a neighbour, or to an attacker.',
    remedy: OVERLAP,
  }),
  encounterRule({
    number: '41a',
    level: 'INFO',
    title: 'Tell what a device with a PIN does where a push button is waited for',
    when: 'the access point waits for a push button and the device is started by PIN',
    why: 'A device that tries every access point may meet M2D, and needs longer.',
    remedy: 'Prefer access points whose Device Password ID fits, or that authorize the device.',
  }),
  abstentionRule({
    number: '41b',
    level: 'SHOULD',
    title: 'Keep away by push button from an access point that waits for a PIN',
    when: 'the access point waits for a PIN and the device is started by push button',
    why: 'Nobody pushed the button of that access point: the device is refused, and its user waits in vain.',
    remedy: 'By push button, look for Selected Registrar 1 together with Device Password ID 0x0004.',
  }),
  abstentionRule({
    number: '42',
    level: 'SHOULD',
    title: 'Ignore a WPS element that ends within an attribute',
    when: 'the WPS element of the access point ends within its last attribute',
    why: 'What is read behind the end of an element is memory of the device: such readers have been attacked.',
    remedy: 'Take no attribute of an element in which one claims more bytes than are left.',
  }),
  registrationRule({
    number: '43',
    level: 'MUST',
    title: 'Read WPS attributes that go on in a second element',
    when: 'the WPS attributes of the access point go on in a second element',
    why: 'Access points with long names need two elements; a device that reads the first alone does not see that it is waited for.',
    remedy: 'Join the data of all elements with OUI 00 50 f2 and type 04, in their order, before attributes are read.',
  }),
  registrationRule({
    number: '44a',
    level: 'MUST',
    title: 'Register where its own address is the one that is authorized',
    when: 'AuthorizedMACs of the access point holds the address of the device alone',
    why: 'It is how a Registrar of WSC 2.0 names the device it waits for.',
    remedy: 'Compare AuthorizedMACs (Wi-Fi Alliance subelement 0x01) with your own address, 6 bytes each.',
  }),
  registrationRule({
    number: '44b',
    level: 'MUST',
    title: 'Register where any address is authorized',
    when: 'AuthorizedMACs of the access point holds ff:ff:ff:ff:ff:ff',
    why: 'A Registrar that does not know the address of the device authorizes all.',
    remedy: 'Take ff:ff:ff:ff:ff:ff in AuthorizedMACs for your own address.',
  }),
  encounterRule({
    number: '44c',
    level: 'INFO',
    title: 'Tell what a device does where another address is authorized',
    when: 'AuthorizedMACs of the access point holds an address of somebody else alone',
    why: 'A device that goes there all the same meets M2D, or gets what was meant for another.',
    remedy: 'Prefer access points that authorize the device.',
  }),
  encounterRule({
    number: '45',
    level: 'INFO',
    title: 'Tell what a device does where the SSID is hidden',
    when: 'the access point does not tell its SSID in Beacons',
    why: 'Some access points are set up so; a device that looks for WPS by SSID does not find them.',
    remedy: 'Look at the WPS element of every access point, whether or not it tells its SSID.',
  }),
];
