import { expect } from 'chai';
import fc from 'fast-check';
import { concat } from '#base/bytes.js';
import { ATTRIBUTE } from './attributes.js';
import { encodeAttribute } from './build.js';
import { decodeWsc, type WscMessage } from './message.js';
import {
  MESSAGE_TABLES,
  misplacedAttributes,
  missingAttributes,
  repeatedAttributes,
  type TableName,
  type TableRow,
} from './messages.js';

const M1 = MESSAGE_TABLES.M1;

function messageOf(ids: readonly number[]): WscMessage {
  return decodeWsc(concat(...ids.map((id) => encodeAttribute(id, Uint8Array.of(0)))));
}

const idsOf = (table: readonly TableRow[]): number[] => table.map(({ id }) => id);
const names = Object.keys(MESSAGE_TABLES) as TableName[];

/** Attributes of each message in order: plain where mandatory, `+2` where mandatory in WSC 2.0, `?` where optional. */
const TABLES: Readonly<Record<TableName, string>> = {
  ProbeRequest:
    'Version RequestType ConfigMethods UuidE PrimaryDeviceType RFBands AssociationState ConfigurationError DevicePasswordID Manufacturer+2 ModelName+2 ModelNumber+2 DeviceName+2 RequestedDeviceType? SecondaryDeviceTypeList?',
  AssociationRequest: 'Version RequestType',
  M1: 'Version MessageType UuidE MACAddress EnrolleeNonce PublicKey AuthenticationTypeFlags EncryptionTypeFlags ConnectionTypeFlags ConfigMethods WPSState Manufacturer ModelName ModelNumber SerialNumber PrimaryDeviceType DeviceName RFBands AssociationState DevicePasswordID ConfigurationError OSVersion',
  M2: 'Version MessageType EnrolleeNonce RegistrarNonce UuidR PublicKey AuthenticationTypeFlags EncryptionTypeFlags ConnectionTypeFlags ConfigMethods Manufacturer ModelName ModelNumber SerialNumber PrimaryDeviceType DeviceName RFBands AssociationState ConfigurationError DevicePasswordID OSVersion EncryptedSettings? Authenticator',
  M2D: 'Version MessageType EnrolleeNonce RegistrarNonce UuidR AuthenticationTypeFlags EncryptionTypeFlags ConnectionTypeFlags ConfigMethods Manufacturer ModelName ModelNumber SerialNumber PrimaryDeviceType DeviceName RFBands AssociationState ConfigurationError OSVersion',
  M3: 'Version MessageType RegistrarNonce EHash1 EHash2 Authenticator',
  M4: 'Version MessageType EnrolleeNonce RHash1 RHash2 EncryptedSettings Authenticator',
  M5: 'Version MessageType RegistrarNonce EncryptedSettings Authenticator',
  M6: 'Version MessageType EnrolleeNonce EncryptedSettings Authenticator',
  M7: 'Version MessageType RegistrarNonce EncryptedSettings Authenticator',
  M8: 'Version MessageType EnrolleeNonce EncryptedSettings Authenticator',
  WSC_ACK: 'Version MessageType EnrolleeNonce RegistrarNonce',
  WSC_NACK: 'Version MessageType EnrolleeNonce RegistrarNonce ConfigurationError',
  WSC_DONE: 'Version MessageType EnrolleeNonce RegistrarNonce',
  M4Settings: 'RSNonce1 KeyWrapAuthenticator',
  M5Settings: 'ESNonce1 KeyWrapAuthenticator',
  M6Settings: 'RSNonce2 KeyWrapAuthenticator',
  M7Settings:
    'ESNonce2 Ssid? MACAddress? AuthenticationType? EncryptionType? NetworkKeyIndex? NetworkKey? KeyWrapAuthenticator',
  M8Settings: 'Credential KeyWrapAuthenticator',
  Credential: 'NetworkIndex Ssid AuthenticationType EncryptionType NetworkKey MACAddress NetworkKeyIndex?',
};

describe('message tables', () => {
  it('are these', () => {
    const keys = new Map<number, string>(Object.entries(ATTRIBUTE).map(([key, id]) => [id, key]));
    const mark = { mandatory: '', mandatory2: '+2', optional: '?' } as const;
    const shown = names.map((name) => [
      name,
      MESSAGE_TABLES[name].map(({ id, presence }) => `${keys.get(id) ?? id}${mark[presence]}`).join(' '),
    ]);
    expect(Object.fromEntries(shown)).to.deep.equal(TABLES);
  });

  for (const name of names) {
    it(`find nothing wrong with a ${name} built from its own table`, () => {
      const table = MESSAGE_TABLES[name];
      const message = messageOf(idsOf(table));
      expect(missingAttributes(table, message, true)).to.deep.equal([]);
      expect(misplacedAttributes(table, message)).to.deep.equal([]);
      expect(repeatedAttributes(message)).to.deep.equal([]);
      expect(new Set(idsOf(table)).size).to.equal(table.length);
    });
  }

  it('have 22 mandatory attributes in M1, from Version to OS Version', () => {
    expect(M1.filter(({ presence }) => presence === 'mandatory')).to.have.length(22);
    expect([M1[0]?.id, M1.at(-1)?.id]).to.deep.equal([ATTRIBUTE.Version, ATTRIBUTE.OSVersion]);
  });

  it('swap Device Password ID and Configuration Error between M1 and M2', () => {
    const order = (table: readonly TableRow[]): number[] =>
      idsOf(table).filter((id) => id === ATTRIBUTE.DevicePasswordID || id === ATTRIBUTE.ConfigurationError);
    expect(order(M1)).to.deep.equal([ATTRIBUTE.DevicePasswordID, ATTRIBUTE.ConfigurationError]);
    expect(order(MESSAGE_TABLES.M2)).to.deep.equal([ATTRIBUTE.ConfigurationError, ATTRIBUTE.DevicePasswordID]);
  });

  it('end M2 to M8 with the Authenticator and every settings plaintext with its own', () => {
    for (const name of ['M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8'] as const)
      expect(MESSAGE_TABLES[name].at(-1)?.id, name).to.equal(ATTRIBUTE.Authenticator);
    for (const name of ['M4', 'M5', 'M6', 'M7', 'M8'] as const)
      expect(MESSAGE_TABLES[`${name}Settings`].at(-1)?.id, name).to.equal(ATTRIBUTE.KeyWrapAuthenticator);
  });
});

describe('missingAttributes', () => {
  it('names each attribute that is left out, in order of the table', () => {
    const left = [ATTRIBUTE.UuidE, ATTRIBUTE.OSVersion];
    const message = messageOf(idsOf(M1).filter((id) => !left.some((other) => other === id)));
    expect(idsOf(missingAttributes(M1, message, false))).to.deep.equal(left);
  });

  it('asks for the device strings of a Probe Request in WSC 2.0 only', () => {
    const table = MESSAGE_TABLES.ProbeRequest;
    const message = messageOf(idsOf(table.slice(0, 9)));
    expect(missingAttributes(table, message, false)).to.deep.equal([]);
    expect(idsOf(missingAttributes(table, message, true))).to.deep.equal([
      ATTRIBUTE.Manufacturer,
      ATTRIBUTE.ModelName,
      ATTRIBUTE.ModelNumber,
      ATTRIBUTE.DeviceName,
    ]);
  });
});

describe('repeatedAttributes', () => {
  it('returns the later ones, and leaves out what may repeat and what is not defined', () => {
    const { VendorExtension, Credential, UuidE, RequestedDeviceType } = ATTRIBUTE;
    const pairs = [VendorExtension, Credential, RequestedDeviceType, 0x10fa, UuidE];
    const message = messageOf([...pairs, ...pairs, UuidE]);
    expect(repeatedAttributes(message).map(({ path }) => path)).to.deep.equal(['wsc.uuidE[1]', 'wsc.uuidE[2]']);
  });
});

describe('misplacedAttributes', () => {
  it('returns the one attribute that was moved, and its neighbours', () => {
    const ids = idsOf(M1);
    fc.assert(
      fc.property(fc.nat(ids.length - 1), fc.nat(ids.length - 1), (from, to) => {
        fc.pre(Math.abs(from - to) > 1);
        const moved = ids.filter((_id, index) => index !== from);
        const id = ids[from] ?? 0;
        moved.splice(to, 0, id);
        const misplaced = misplacedAttributes(M1, messageOf(moved));
        expect(misplaced.map(({ node }) => node.type)).to.deep.equal([id]);
        expect(misplaced[0]?.after?.type).to.equal(moved[to - 1]);
        expect(misplaced[0]?.shouldFollow?.type).to.equal(ids[from - 1]);
      }),
    );
  });

  it('returns of two neighbours that are swapped the one that comes second', () => {
    const ids = idsOf(M1);
    for (let at = 0; at + 1 < ids.length; at++) {
      const [first = 0, second = 0] = ids.slice(at);
      const misplaced = misplacedAttributes(M1, messageOf([...ids.slice(0, at), second, first, ...ids.slice(at + 2)]));
      expect(misplaced.map(({ node, after }) => [node.type, after?.type])).to.deep.equal([[first, second]]);
    }
  });

  it('says what an attribute should follow where others are misplaced too', () => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = idsOf(M1);
    const misplaced = misplacedAttributes(M1, messageOf([f, a, c, d, e, b]));
    expect(
      misplaced.map(({ node, after, shouldFollow }) => [node.type, after?.type, shouldFollow?.type]),
    ).to.deep.equal([
      [f, undefined, e],
      [b, e, a],
    ]);
  });

  it('skips vendor extensions, unknown attributes and repetitions', () => {
    const { Version, VendorExtension, MessageType, UuidE } = ATTRIBUTE;
    const message = messageOf([VendorExtension, Version, 0x10fa, MessageType, UuidE, Version, VendorExtension]);
    expect(misplacedAttributes(M1, message)).to.deep.equal([]);
  });

  it('leaves an order behind once they are taken out', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(idsOf(M1)), (ids) => {
        const message = messageOf(ids);
        const misplaced = new Set(misplacedAttributes(M1, message).map(({ node }) => node.type));
        const kept = ids.filter((id) => !misplaced.has(id));
        expect(kept).to.deep.equal(idsOf(M1).filter((id) => kept.includes(id)));
      }),
    );
  });
});
