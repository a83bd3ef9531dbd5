import { expect } from 'chai';
import { ascii, concat, fromHex } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { credentialAttribute, editAttributes, type CredentialFields } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { receivedCredentials } from './received-credential.js';
import { Refusal } from './requirements.js';
import { CREDENTIAL } from './testing/fixtures.js';

const credential = (changes: Partial<CredentialFields> = {}): Uint8Array =>
  credentialAttribute({ ...CREDENTIAL, macAddress: fromHex('020000000100'), ...changes });

/** The credential without the attribute of this id. */
function lacking(id: number): Uint8Array {
  const value = editAttributes(credential().subarray(4), (all) => all.filter(({ type }) => type !== id));
  return concat(fromHex('100e'), Uint8Array.of(value.length >> 8, value.length & 0xff), value);
}

const receive = (...attributes: Uint8Array[]): readonly { authenticationType: number; networkKey: Uint8Array }[] =>
  receivedCredentials(decodeWsc(concat(...attributes)));

describe('receivedCredentials', () => {
  it('takes WPA2-PSK with AES, by passphrase and by 64 hex digits', () => {
    expect(receive(credential())).to.have.length(1);
    expect(receive(credential({ networkKey: ascii('0123456789abcdef'.repeat(4)) }))).to.have.length(1);
    expect(receive(credential({ authenticationType: 0x22, encryptionType: 0x0c }))).to.have.length(1);
  });

  it('takes a key with the end of a C string after it', () => {
    const [padded] = receive(credential({ networkKey: ascii('correct horse\0') }));
    expect(padded?.networkKey).to.deep.equal(ascii('correct horse'));
  });

  it('takes an open network without a key', () => {
    const [open] = receive(credential({ authenticationType: 1, encryptionType: 1, networkKey: new Uint8Array(0) }));
    expect(open?.networkKey).to.have.length(0);
  });

  it('takes the usable one of several', () => {
    const wep = credential({ authenticationType: 4, encryptionType: 2, networkKey: ascii('abcde') });
    expect(receive(wep, credential()).map(({ authenticationType }) => authenticationType)).to.deep.equal([0x20]);
  });

  it('refuses what lacks an attribute', () => {
    for (const name of ['Ssid', 'AuthenticationType', 'EncryptionType', 'NetworkKey', 'MACAddress'] as const)
      expect(() => receive(lacking(ATTRIBUTE[name])), name).to.throw(Refusal);
    expect(() => receive()).to.throw(Refusal, 'no Credential');
    expect(() => receive(credential().subarray(0, 20))).to.throw(Refusal, 'cut');
  });

  it('refuses keys and names of illegal lengths and characters, and never names a key', () => {
    const refused: Partial<CredentialFields>[] = [
      { ssid: new Uint8Array(33) },
      { networkKey: ascii('seven77') },
      { networkKey: ascii('x'.repeat(65)) },
      { networkKey: ascii('x'.repeat(64)) },
      { networkKey: ascii('secret12\n') },
      { macAddress: new Uint8Array(5) },
      { encryptionType: 4 },
      { authenticationType: 0 },
    ];
    for (const changes of refused)
      expect(() => receive(credential(changes)), JSON.stringify(changes))
        .to.throw(Refusal)
        .with.property('message')
        .that.not.includes('secret12');
  });
});
