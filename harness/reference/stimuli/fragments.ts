import type { Fault } from '../fault.js';
import { ignoringFragments, intolerantStimulus, type Fragment } from './intolerance.js';

const ROOM_FRAGMENTS = 4;
const ROOM_BYTES = 256;

/** Has room for some fragments of a message, and says nothing to those after them. */
function roomForFew(): (fragment: Fragment) => boolean {
  let count = 0;
  return ({ isFirst }) => {
    count = isFirst ? 1 : count + 1;
    return count > ROOM_FRAGMENTS;
  };
}

/** Puts the first message together that comes in fragments, and none after it. */
function onlyOnce(): (fragment: Fragment) => boolean {
  let isOver = false;
  return ({ isLast }) => {
    const ignores = isOver;
    isOver ||= isLast;
    return ignores;
  };
}

/** Faults of a device that puts some messages together from fragments, but not all. */
export const FRAGMENT_FAULTS: readonly Fault[] = [
  intolerantStimulus({
    number: '33a',
    id: 'room-for-four-fragments',
    change: `has room for ${ROOM_FRAGMENTS} fragments of a message`,
    owes: 'M3',
    behaviour: () => ignoringFragments(roomForFew),
  }),
  intolerantStimulus({
    number: '33b',
    id: 'fragments-of-one-message',
    change: 'puts M2 together from fragments, but not the messages after it',
    owes: 'M5',
    behaviour: () => ignoringFragments(onlyOnce),
  }),
  intolerantStimulus({
    number: '33c',
    id: 'room-for-short-fragments',
    change: `has room for ${ROOM_BYTES} bytes of a fragment`,
    owes: 'M3',
    behaviour: () =>
      ignoringFragments(
        () =>
          ({ lengthBytes }) =>
            lengthBytes > ROOM_BYTES,
      ),
  }),
];
