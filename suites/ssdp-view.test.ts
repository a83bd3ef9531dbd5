import { expect } from 'chai';
import type { Stimulus } from '#evidence/discovery-model.js';
import {
  endOfStay,
  isRestartedBetween,
  maxAgeOf,
  mayBeAway,
  messagesOf,
  notificationOf,
  olderThan11,
  setsOf,
  valueOf,
  type Message,
} from './ssdp-view.js';
import { discoveryOf, evidenceWith, notify, response, stimulus } from './testing/upnp.js';

describe('messages of SSDP', () => {
  it('are datagrams that were decoded', () => {
    const alive = notify('alive', 0);
    const datagrams = [{ ...alive, ssdp: null }, alive];
    expect(messagesOf(evidenceWith({ datagrams }))).to.deep.equal([alive]);
  });

  it('are notifications by NTS, which is none in an answer', () => {
    expect(notificationOf(notify('alive', 0))).to.equal('alive');
    expect(notificationOf(response(0, { NTS: 'ssdp:alive' }))).to.equal(null);
  });
});

describe('max-age', () => {
  it('is a number of seconds among what CACHE-CONTROL says, if it is there', () => {
    const ages = ['max-age=1800', 'no-cache, Max-Age = 60, public', 'max-age=soon', ''].map((text) =>
      maxAgeOf(notify('alive', 0, { 'CACHE-CONTROL': text })),
    );
    expect(ages).to.deep.equal([1800, 60, null, null]);
    expect(maxAgeOf(notify('alive', 0))).to.equal(null);
  });
});

describe('a device of UPnP 1.0', () => {
  const verdictOf = (...servers: readonly (string | null)[]): string | undefined => {
    const datagrams = servers.map((server, index) => notify('alive', index, server === null ? {} : { SERVER: server }));
    return olderThan11(evidenceWith({ datagrams }))?.verdict;
  };

  it('is told by SERVER', () => {
    expect(verdictOf('Linux/6 UPnP/1.0 printer/1')).to.equal('not-applicable');
    expect(verdictOf('Linux/6 UPnP/1.1 printer/1')).to.equal(undefined);
    expect(verdictOf('Linux/6 UPnP/1.0 printer/1', 'Linux/6 UPnP/1.1 printer/1')).to.equal(undefined);
  });

  it('is not told by a version before 1.0, nor by a text that is none', () => {
    expect(verdictOf('UPnP/0.9')).to.equal('inconclusive');
    expect(verdictOf('printer/1')).to.equal('inconclusive');
  });

  it('is not one whose numbers have more digits', () => {
    expect(verdictOf('UPnP/10.0')).to.equal(undefined);
    expect(verdictOf('UPnP/1.01')).to.equal(undefined);
  });

  it('is told by any message, though others have no SERVER', () => {
    expect(verdictOf(null, 'UPnP/1.1')).to.equal(undefined);
    expect(verdictOf(null, 'UPnP/1.0')).to.equal('not-applicable');
  });
});

describe('copies of an announcement', () => {
  const setsIn = (datagrams: readonly Message[], stimuli: readonly Stimulus[] = []): number[][] => {
    const evidence = evidenceWith({ datagrams });
    const sets = setsOf(evidence, discoveryOf({ stimuli }), (message) => valueOf(message, 'NT') ?? '');
    return sets.map((set) => set.map(({ timeMs }) => timeMs));
  };

  it('are of one set until there is a pause of two seconds', () => {
    expect(setsIn([notify('alive', 0), notify('alive', 1999)])).to.deep.equal([[0, 1999]]);
    expect(setsIn([notify('alive', 0), notify('alive', 2000)])).to.deep.equal([[0], [2000]]);
    expect(setsIn([0, 1500, 3000].map((timeMs) => notify('alive', timeMs)))).to.deep.equal([[0, 1500, 3000]]);
  });

  it('are of another set behind a farewell or a restart, though not behind an update', () => {
    const around = (kind: 'byebye' | 'update'): Message[] => [notify('alive', 0), notify(kind, 1), notify('alive', 2)];
    expect(setsIn(around('byebye'))).to.deep.equal([[0], [2]]);
    expect(setsIn(around('update'))).to.deep.equal([[0, 2]]);
    const copies = [notify('alive', 0), notify('alive', 2)];
    expect(setsIn(copies, [stimulus('power-cycle', 1)])).to.deep.equal([[0], [2]]);
  });
});

describe('a restart', () => {
  const isRestarted = (...stimuli: readonly Stimulus[]): boolean =>
    isRestartedBetween(discoveryOf({ stimuli }), 100, 200);

  it('is a device that left or was switched off, between two times and at them', () => {
    for (const kind of ['leave', 'power-cycle'] as const)
      for (const timeMs of [100, 150, 200]) expect(isRestarted(stimulus(kind, timeMs)), kind).to.equal(true);
    for (const timeMs of [99, 201]) expect(isRestarted(stimulus('leave', timeMs))).to.equal(false);
  });

  it('is no search, no fetch, and nothing that could not be done', () => {
    for (const kind of ['search', 'fetch'] as const)
      for (const failed of [null, 'no way']) expect(isRestarted(stimulus(kind, 150, failed)), kind).to.equal(false);
    for (const kind of ['leave', 'power-cycle'] as const)
      expect(isRestarted(stimulus(kind, 150, 'no switch')), kind).to.equal(false);
  });
});

describe('a device that may be away', () => {
  const isAway = (stimuli: readonly Stimulus[], ...datagrams: readonly Message[]): boolean =>
    mayBeAway(evidenceWith({ datagrams }), discoveryOf({ stimuli }), 100, 200);
  const LEFT = [stimulus('leave', 50)];

  it('was told to leave, was switched off, or said farewell, no later than that', () => {
    expect(isAway([])).to.equal(false);
    for (const kind of ['leave', 'power-cycle'] as const)
      for (const timeMs of [50, 150, 200]) expect(isAway([stimulus(kind, timeMs)]), kind).to.equal(true);
    expect(isAway([stimulus('power-cycle', 201)])).to.equal(false);
    expect(isAway([], notify('byebye', 200))).to.equal(true);
    expect(isAway([], notify('byebye', 201))).to.equal(false);
    expect(isAway([], notify('update', 50))).to.equal(false);
  });

  it('is none that was asked something, or that could not be switched off', () => {
    for (const kind of ['search', 'fetch'] as const)
      for (const failed of [null, 'no way']) expect(isAway([stimulus(kind, 50, failed)]), kind).to.equal(false);
    for (const kind of ['leave', 'power-cycle'] as const)
      expect(isAway([stimulus(kind, 50, 'no switch')]), kind).to.equal(false);
  });

  it('is none that was heard again in time', () => {
    for (const timeMs of [51, 100]) {
      expect(isAway(LEFT, notify('alive', timeMs)), `alive at ${timeMs}`).to.equal(false);
      expect(isAway(LEFT, response(timeMs)), `an answer at ${timeMs}`).to.equal(false);
    }
    expect(isAway([], notify('byebye', 50), notify('alive', 51))).to.equal(false);
    expect(isAway(LEFT, { ...notify('alive', 60), isRepeat: true })).to.equal(false);
  });

  it('is one that was heard too early or too late, or said something else', () => {
    for (const timeMs of [49, 50, 101]) expect(isAway(LEFT, notify('alive', timeMs)), `${timeMs}`).to.equal(true);
    expect(isAway(LEFT, notify('update', 60))).to.equal(true);
    expect(isAway([...LEFT, stimulus('power-cycle', 70)], notify('alive', 60))).to.equal(true);
  });
});

describe('the end of a stay', () => {
  const endOf = (...stimuli: readonly Stimulus[]): number | null => endOfStay(discoveryOf({ stimuli }));

  it('is when the device was first told to leave or switched off', () => {
    expect(endOf(stimulus('leave', 50), stimulus('power-cycle', 60))).to.equal(50);
    expect(endOf(stimulus('power-cycle', 60), stimulus('leave', 70))).to.equal(60);
    expect(endOf()).to.equal(null);
  });

  it('is no search, no fetch, and nothing that could not be done', () => {
    const others = [stimulus('search', 1), stimulus('search', 2, 'no way'), stimulus('fetch', 3)];
    const failed = [stimulus('leave', 4, 'no way'), stimulus('power-cycle', 5, 'no switch')];
    expect(endOf(...others, ...failed)).to.equal(null);
    expect(endOf(...others, ...failed, stimulus('power-cycle', 60))).to.equal(60);
  });
});
