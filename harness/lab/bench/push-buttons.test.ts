import { expect } from 'chai';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { MacHeaderView } from '#wire/dot11/mac-header.js';
import { RadiotapView } from '#wire/dot11/radiotap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, encodeAttribute, wordAttribute } from '#wire/wps/build.js';
import { MONITOR_MS, PushButtons, pushedButtonOf, type PushedButton } from './push-buttons.js';

const OWN = fromHex('020000000000');
const DEVICE = fromHex('020000000100');
const STRANGER = fromHex('0200000000aa');
const UUID = fromHex('5c0a1b1e5f0e4f5a9d0c7a1f7f0f3c11');
const RADIOTAP = fromHex('0000080000000000');
const FRAME = { probeRequest: '4000', probeResponse: '5000', beacon: '8000', associationRequest: '0000' } as const;
const FIXED_BYTES = { probeRequest: 0, probeResponse: 12, beacon: 12, associationRequest: 4 } as const;

/** Management frame of the stranger with these WPS attributes. */
function frame(kind: keyof typeof FRAME, ...attributes: readonly Uint8Array[]): Uint8Array {
  const data = concat(...attributes);
  const header = concat(fromHex(`${FRAME[kind]}0000ffffffffffff`), STRANGER, STRANGER, fromHex('0000'));
  const element = concat(Uint8Array.of(0xdd, 4 + data.length), fromHex('0050f204'), data);
  return concat(RADIOTAP, header, new Uint8Array(FIXED_BYTES[kind]), fromHex('0003666f6f'), element);
}

const read = (bytes: Uint8Array): string | null => {
  const pushed = pushedButtonOf(bytes, new RadiotapView(), new MacHeaderView());
  return pushed === null ? null : `${pushed.role} ${toHex(pushed.address)} ${pushed.uuid}`;
};

const passwordId = (id: number): Uint8Array => wordAttribute(ATTRIBUTE.DevicePasswordID, id);
const selected = byteAttribute(ATTRIBUTE.SelectedRegistrar, 1);
const uuidE = encodeAttribute(ATTRIBUTE.UuidE, UUID);

describe('pushed buttons in the air', () => {
  it('are told by a Probe Request with the push button as Device Password ID', () => {
    expect(read(frame('probeRequest', uuidE, passwordId(4)))).to.equal(`device 0200000000aa ${toHex(UUID)}`);
    expect(read(frame('probeRequest', uuidE, passwordId(0)))).to.equal(null);
    expect(read(frame('probeRequest', uuidE))).to.equal(null);
    expect(read(frame('associationRequest', uuidE, passwordId(4)))).to.equal(null);
  });

  it('are told by a Beacon or Probe Response with a Registrar selected for the push button', () => {
    for (const kind of ['beacon', 'probeResponse'] as const) {
      expect(read(frame(kind, selected, passwordId(4)))).to.equal('access point 0200000000aa ');
      expect(read(frame(kind, selected, passwordId(0)))).to.equal(null);
      expect(read(frame(kind, passwordId(4)))).to.equal(null);
      expect(read(frame(kind, byteAttribute(ATTRIBUTE.SelectedRegistrar, 0), passwordId(4)))).to.equal(null);
    }
  });

  it('are not read from frames that are cut anywhere', () => {
    const whole = frame('probeRequest', uuidE, passwordId(4));
    for (let length = 0; length < whole.length; length++) expect(read(whole.subarray(0, length))).to.equal(null);
  });
});

describe('push-button session overlap', () => {
  const button = (role: PushedButton['role'], address: Uint8Array, uuid: string): PushedButton => ({
    role,
    address,
    uuid,
  });
  const own = button('device', DEVICE, '01');
  const other = button('device', STRANGER, '02');

  function overlap(buttons: readonly PushedButton[], device: Uint8Array | null = DEVICE, laterMs = 0): string[] {
    const watch = new PushButtons([OWN]);
    for (const each of buttons) watch.see(each, 0);
    return watch.overlap(device, laterMs).map(({ role, address }) => `${role} ${toHex(address)}`);
  }

  it('is none of the device alone, of one device under several addresses, nor of our own access point', () => {
    expect(overlap([own, own])).to.deep.equal([]);
    expect(overlap([own, button('device', STRANGER, '01')])).to.deep.equal([]);
    expect(overlap([own, button('access point', OWN, '')])).to.deep.equal([]);
    expect(overlap([other])).to.deep.equal([]);
  });

  it('is of a second device, which is told by its UUID-E', () => {
    expect(overlap([own, other])).to.deep.equal(['device 0200000000aa']);
    expect(overlap([other, own], null)).to.deep.equal(['device 0200000000aa', 'device 020000000100']);
  });

  it('is of another access point at once, with a UUID or without', () => {
    expect(overlap([button('access point', STRANGER, '')])).to.deep.equal(['access point 0200000000aa']);
  });

  it('is over when the monitor time is', () => {
    expect(overlap([own, other], DEVICE, MONITOR_MS)).to.have.lengthOf(1);
    expect(overlap([own, other], DEVICE, MONITOR_MS + 1)).to.deep.equal([]);
  });

  it('remembers some dozens, the latest', () => {
    const crowd = Array.from({ length: 500 }, (_each, index) => button('device', STRANGER, `f${index}`));
    expect(overlap([other, ...crowd, own])).to.have.lengthOf(63);
  });
});
