import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { DOCUMENTATION_UUIDS, formatUuid, isRfc9562, mixedEndian, reversed } from '#base/uuid.js';
import { pinChecksumValid } from '#wire/wps/crypto.js';
import { makeDevice, type Device } from './device.js';
import { MODELS, requireModel } from './models.js';
import { DEFAULT_SEED, formatSeed, GENERATOR_VERSION, parseSeed, streamOf } from './seed.js';

const SEEDS = [0, DEFAULT_SEED, 2, 3, 1000, 0xffff_ffff];

const uuidsOf = (device: Device): Uint8Array[] => [device.uuidE, device.strangeUuid, ...device.transportUuids.values()];

describe('reference devices', () => {
  it('are the same again from the same seed, others from another', () => {
    for (const model of MODELS) {
      const written = SEEDS.map((seed) =>
        JSON.stringify([toHex(makeDevice(model, seed).mac), makeDevice(model, seed)]),
      );
      expect(
        SEEDS.map((seed) => JSON.stringify([toHex(makeDevice(model, seed).mac), makeDevice(model, seed)])),
      ).to.deep.equal(written);
      expect(new Set(written).size, model.id).to.equal(SEEDS.length);
    }
  });

  it('have addresses, PINs and UUIDs that a device may have', () => {
    for (const device of MODELS.flatMap((model) => SEEDS.map((seed) => makeDevice(model, seed)))) {
      expect(device.mac).to.have.length(6);
      expect(device.mac[0]).to.equal(0x02);
      expect(pinChecksumValid(device.pin), device.pin).to.equal(true);
      const uuids = uuidsOf(device);
      expect(new Set(uuids.map(formatUuid)).size).to.equal(uuids.length);
      for (const uuid of uuids) {
        expect(formatUuid(uuid)).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
        expect(DOCUMENTATION_UUIDS).to.not.include(formatUuid(uuid));
        expect([mixedEndian(uuid), reversed(uuid)].some(isRfc9562), formatUuid(uuid)).to.equal(false);
      }
    }
  });

  it('have a Transport UUID for each transport with an identity of its own', () => {
    for (const model of MODELS) {
      const own = model.transports.filter(({ identity }) => identity === 'own').map(({ transport }) => transport);
      expect([...makeDevice(model, 1).transportUuids.keys()]).to.deep.equal(own);
    }
  });

  it('are found by their id; a wrong one names the nearest', () => {
    for (const model of MODELS) expect(requireModel(model.id)).to.equal(model);
    expect(() => requireModel('dpws-printr'))
      .to.throw(/ERR_USAGE/)
      .with.property('remedy', 'Did you mean dpws-printer?');
    expect(() => requireModel('toaster'))
      .to.throw(/toaster/)
      .with.property('remedy')
      .that.includes('sensor');
  });
});

describe('seeds', () => {
  it('give each stream and session bytes of its own', () => {
    const drawn = SEEDS.flatMap((seed) =>
      [0, 1, 2].flatMap((session) =>
        (['device', 'enrollee', 'registrar', 'fault'] as const).map((stream) =>
          toHex(streamOf(seed, stream, session)(16)),
        ),
      ),
    );
    expect(new Set(drawn).size).to.equal(drawn.length);
  });

  it('are read as recorded, and as a number', () => {
    for (const seed of SEEDS) {
      expect(parseSeed(formatSeed(seed))).to.equal(seed);
      expect(parseSeed(String(seed))).to.equal(seed);
    }
  });

  for (const text of ['', 'x', '-1', '1.5', '4294967296', '1:', ':1', '1:2:3']) {
    it(`are not ${JSON.stringify(text)}`, () => {
      expect(() => parseSeed(text)).to.throw(/is no seed \(ERR_USAGE\)/);
    });
  }

  it('of another generator version are refused', () => {
    expect(() => parseSeed(`${GENERATOR_VERSION + 1}:7`)).to.throw(/of generator version 2.*ERR_USAGE/);
  });
});
