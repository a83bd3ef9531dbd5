import { expect } from 'chai';
import type { Evidence } from '#evidence/model.js';
import { allM1s, type M1 } from './observe.js';
import { UPNP_RENDERER, UUID_E } from './testing/devices.js';
import { buildExchange } from './testing/exchange.js';
import { described, description, evidenceWith, notify, RENDERER_TYPE, UDN } from './testing/upnp.js';
import { foundRows } from './trace-rows.js';

const PROMISED = `uuid:${UUID_E}`;
const ROOT = notify('alive', 7, { NT: 'upnp:rootdevice', USN: `${PROMISED}::upnp:rootdevice` });

/** A renderer that promises UUID-E, heard as this root device, whose description is this. */
function run(text: string): Evidence {
  const found = { datagrams: [ROOT], fetches: [described(text)] };
  const exchanges = [buildExchange(UPNP_RENDERER, {}, { number: 1, method: 'pin' })];
  return evidenceWith(found, { exchanges, ability: { kinds: ['m1', 'ssdp', 'wsd'], sessions: 1 } });
}

function firstM1(evidence: Evidence): M1 {
  const [m1] = allM1s(evidence);
  if (m1 === undefined) throw new Error('no M1');
  return m1;
}

const embedding = (root: string, embedded: string): string =>
  description(RENDERER_TYPE, [], root).replace(
    '</serviceList>',
    `</serviceList><deviceList><device><UDN>${embedded}</UDN></device></deviceList>`,
  );

describe('rows of what was found', () => {
  it('stand beside the promise', () => {
    const evidence = run(description(RENDERER_TYPE, [], UDN));
    const rows = foundRows(evidence, firstM1(evidence), 'upnp');
    expect(
      rows.map(({ layer, place, sent, agreement, owner }) => [layer, place, sent, agreement, owner]),
    ).to.deep.equal([
      ['announcement', 'USN of ssdp:alive', PROMISED, 'agrees', null],
      ['document', 'UDN of the root device', UDN, 'parts', 'RVP-UID-03'],
    ]);
  });

  it('agree with nothing and part from nothing without an M1', () => {
    const rows = foundRows(run(description(RENDERER_TYPE, [], UDN)), null, 'upnp');
    expect(rows.map(({ agreement, how, owner }) => [agreement, how, owner])).to.deep.equal([
      ['alone', '', null],
      ['alone', '', null],
    ]);
  });

  it('blame an embedded device for the identity of the root, which the root has anywhere', () => {
    const evidence = run(embedding(UDN, PROMISED));
    const embedded = foundRows(evidence, firstM1(evidence), 'upnp').at(-1);
    expect(embedded).to.include({
      place: 'UDN of an embedded device',
      agreement: 'parts',
      how: 'is that of the root device',
      owner: 'RVP-DESC-017',
    });
  });
});
