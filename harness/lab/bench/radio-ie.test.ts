import { expect } from 'chai';
import { fromHex, toHex } from '#base/bytes.js';
import { wpsElements } from '#wire/dot11/elements.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { decodeWsc, type WscMessage } from '#wire/wps/message.js';
import { subelementsOf, WFA_SUBELEMENT } from '#wire/wps/wfa.js';
import { associationElements, beaconElements, type AccessPointIdentity, type SelectedRegistrar } from './radio-ie.js';

const UUID = '00112233445546778899aabbccddeeff';
const identity: AccessPointIdentity = {
  uuid: fromHex(UUID),
  device: { manufacturer: 'm', modelName: 'n', modelNumber: '1', serialNumber: '2', deviceName: 'd' },
};

function decoded(hex: string): WscMessage {
  const bytes = fromHex(hex);
  const found = wpsElements(bytes, 0, bytes.length);
  expect(found?.missingBytes).to.equal(0);
  return decodeWsc(found?.data ?? new Uint8Array(0));
}

function value(message: WscMessage, id: number): string | null {
  const node = message.list.nodes.find(({ type }) => type === id);
  return node === undefined ? null : toHex(node.value);
}

describe('WPS elements of the access point', () => {
  const beacon = (selected: SelectedRegistrar | null): WscMessage => decoded(beaconElements(identity, selected));

  it('say nothing of a Registrar while none is selected', () => {
    const message = beacon(null);
    expect(value(message, ATTRIBUTE.SelectedRegistrar)).to.equal(null);
    expect(value(message, ATTRIBUTE.DevicePasswordID)).to.equal(null);
    expect(value(message, ATTRIBUTE.WPSState)).to.equal('02');
    expect(value(message, ATTRIBUTE.UuidE)).to.equal(UUID);
    expect(subelementsOf(message, WFA_SUBELEMENT.AuthorizedMACs)).to.deep.equal([]);
  });

  it('say which method it waits for, and for whom', () => {
    const pbc = beacon({ method: 'pbc', authorizedMac: null });
    expect(value(pbc, ATTRIBUTE.SelectedRegistrar)).to.equal('01');
    expect(value(pbc, ATTRIBUTE.DevicePasswordID)).to.equal('0004');
    expect(subelementsOf(pbc, WFA_SUBELEMENT.AuthorizedMACs).map((node) => toHex(node.value))).to.deep.equal([
      'ffffffffffff',
    ]);
    const pin = beacon({ method: 'pin', authorizedMac: fromHex('020000000100') });
    expect(value(pin, ATTRIBUTE.DevicePasswordID)).to.equal('0000');
    expect(subelementsOf(pin, WFA_SUBELEMENT.AuthorizedMACs).map((node) => toHex(node.value))).to.deep.equal([
      '020000000100',
    ]);
  });

  it('are cut into several elements where one does not hold them', () => {
    const device = {
      ...identity.device,
      manufacturer: 'x'.repeat(64),
      modelName: 'y'.repeat(32),
      deviceName: 'z'.repeat(32),
    };
    const long = {
      uuid: identity.uuid,
      device: { ...device, modelNumber: '1'.repeat(32), serialNumber: '2'.repeat(32) },
    };
    const hex = beaconElements(long, { method: 'pin', authorizedMac: null });
    const first = Number.parseInt(hex.slice(2, 4), 16);
    expect(first).to.equal(255);
    expect(value(decoded(hex), ATTRIBUTE.Manufacturer)).to.equal('78'.repeat(64));
  });

  it('answer an association as an access point', () => {
    expect(value(decoded(associationElements()), ATTRIBUTE.ResponseType)).to.equal('03');
  });
});
