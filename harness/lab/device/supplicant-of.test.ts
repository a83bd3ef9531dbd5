import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import { isRallyError } from '#base/error.js';
import { parseProfile } from '#profile/load.js';
import type { ReferenceDut } from '#profile/schema.js';
import { MODELS } from '#reference/models.js';
import { radioPlan } from '../bench/radio-plan.js';
import { supplicantOf } from './supplicant-of.js';

function dut(model: string, faults: readonly string[] = []): ReferenceDut {
  return { kind: 'reference', model, seed: 1, faults, interface: 'wlan1' };
}

function refusalOf(model: string, faults: readonly string[]): string {
  try {
    supplicantOf(dut(model, faults));
  } catch (error) {
    if (isRallyError(error, 'ERR_PROFILE_INVALID')) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('reference device as wpa_supplicant registers it', () => {
  it('has identity, names and extension of the device', () => {
    const printer = supplicantOf(dut('dpws-printer'));
    expect(printer).to.include({ deviceName: 'Reference printer', deviceType: '3-0050F204-1', interface: 'wlan1' });
    expect(printer.configMethods).to.deep.equal(['virtual_display', 'virtual_push_button']);
    // Microsoft's vendor id, VPI (DPWS, Profile Request 1), Transport UUID of 16 bytes.
    expect(printer.vendorExtensionM1).to.match(/^00013710010002010110020010[0-9a-f]{32}$/);
    expect(printer.uuid).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(fromHex(printer.vendorExtensionM1 ?? '')).to.have.length(29);
  });

  it('is another device with another seed', () => {
    const [one, other] = [1, 2].map((seed) => supplicantOf({ ...dut('dpws-printer'), seed }));
    expect(one?.uuid).not.to.equal(other?.uuid);
    expect(one?.serialNumber).not.to.equal(other?.serialNumber);
  });

  for (const { id, wscVersion } of MODELS)
    if (wscVersion === '2.0')
      it(`can be the ${id}`, () => {
        expect(supplicantOf(dut(id)).configMethods).not.to.deep.equal([]);
      });

  it('cannot be a device of WSC 1.0, nor one with a fault in what it makes up by itself', () => {
    expect(refusalOf('wsc1-printer', [])).to.include('ixit.dut.model: wsc1-printer is a device of WSC 1.0');
    expect(refusalOf('dpws-printer', ['uuid-e-changes-with-session'])).to.include('one session and not the other');
  });

  it('takes faults of the extension, and those of the network', () => {
    const plain = supplicantOf(dut('dpws-printer'));
    const faulty = supplicantOf(dut('dpws-printer', ['transport-uuid-first']));
    expect(faulty.vendorExtensionM1).not.to.equal(plain.vendorExtensionM1);
    expect(faulty.vendorExtensionM1).to.have.length(plain.vendorExtensionM1?.length ?? 0);
  });

  it('is what the fixtures describe', () => {
    for (const [name, declared] of [
      ['radio-reference-dpws', { upnp: false, dpws: true }],
      ['radio-reference-dual', { upnp: true, dpws: true }],
    ] as const) {
      const file = new URL(`../../../fixtures/profiles/${name}.yaml`, import.meta.url);
      const plan = radioPlan(parseProfile(readFileSync(file, 'utf8'), name));
      expect(plan.declared).to.deep.equal(declared);
      expect(plan.station?.reference?.kind).to.equal('reference');
    }
  });
});
