import { expect } from 'chai';
import { ATTRIBUTE, attributeName, attributePathName, ATTRIBUTES, formatAttributeId } from './attributes.js';
import { encodeAttribute } from './build.js';
import { decodeWsc } from './message.js';
import { checkAttributeValue, type ValueViolation } from './values.js';

/** Id, name, name in paths (with brackets where it may repeat), legal lengths, and the rule that judges them. */
const TABLE: readonly (readonly [id: string, name: string, path: string, lengths: string, owner?: string])[] = [
  ['1001', 'AP Channel', 'apChannel', '2 bytes'],
  ['1002', 'Association State', 'associationState', '2 bytes'],
  ['1003', 'Authentication Type', 'authenticationType', '2 bytes'],
  ['1004', 'Authentication Type Flags', 'authenticationTypeFlags', '2 bytes'],
  ['1005', 'Authenticator', 'authenticator', '8 bytes'],
  ['1008', 'Config Methods', 'configMethods', '2 bytes'],
  ['1009', 'Configuration Error', 'configurationError', '2 bytes'],
  ['100a', 'Confirmation URL4', 'confirmationURL4', 'at most 64 bytes'],
  ['100b', 'Confirmation URL6', 'confirmationURL6', 'at most 76 bytes'],
  ['100c', 'Connection Type', 'connectionType', '1 byte'],
  ['100d', 'Connection Type Flags', 'connectionTypeFlags', '1 byte'],
  ['100e', 'Credential', 'credential[]', 'any'],
  ['100f', 'Encryption Type', 'encryptionType', '2 bytes'],
  ['1010', 'Encryption Type Flags', 'encryptionTypeFlags', '2 bytes'],
  ['1011', 'Device Name', 'deviceName', 'at most 32 bytes', 'RVP-WSC-16'],
  ['1012', 'Device Password ID', 'devicePasswordID', '2 bytes', 'RVP-WSC-14'],
  ['1014', 'E-Hash1', 'eHash1', '32 bytes'],
  ['1015', 'E-Hash2', 'eHash2', '32 bytes'],
  ['1016', 'E-SNonce1', 'eSNonce1', '16 bytes'],
  ['1017', 'E-SNonce2', 'eSNonce2', '16 bytes'],
  ['1018', 'Encrypted Settings', 'encryptedSettings', '32 bytes or more, a multiple of 16'],
  ['101a', 'Enrollee Nonce', 'enrolleeNonce', '16 bytes'],
  ['101b', 'Feature ID', 'featureID', '4 bytes'],
  ['101c', 'Identity', 'identity', 'at most 80 bytes'],
  ['101d', 'Identity Proof', 'identityProof', 'any'],
  ['101e', 'Key Wrap Authenticator', 'keyWrapAuthenticator', '8 bytes'],
  ['101f', 'Key Identifier', 'keyIdentifier', '16 bytes'],
  ['1020', 'MAC Address', 'macAddress', '6 bytes', 'RVP-WSC-07'],
  ['1021', 'Manufacturer', 'manufacturer', 'at most 64 bytes', 'RVP-WSC-16'],
  ['1022', 'Message Type', 'messageType', '1 byte'],
  ['1023', 'Model Name', 'modelName', 'at most 32 bytes', 'RVP-WSC-16'],
  ['1024', 'Model Number', 'modelNumber', 'at most 32 bytes', 'RVP-WSC-16'],
  ['1026', 'Network Index', 'networkIndex', '1 byte'],
  ['1027', 'Network Key', 'networkKey', 'at most 64 bytes'],
  ['1028', 'Network Key Index', 'networkKeyIndex', '1 byte'],
  ['1029', 'New Device Name', 'newDeviceName', 'at most 32 bytes', 'RVP-WSC-16'],
  ['102a', 'New Password', 'newPassword', 'at most 64 bytes'],
  ['102c', 'Out-of-Band Device Password', 'oobDevicePassword', '22 to 58 bytes'],
  ['102d', 'OS Version', 'osVersion', '4 bytes'],
  ['102f', 'Power Level', 'powerLevel', '1 byte'],
  ['1030', 'PSK Current', 'pskCurrent', '1 byte'],
  ['1031', 'PSK Max', 'pskMax', '1 byte'],
  ['1032', 'Public Key', 'publicKey', '192 bytes', 'RVP-WSC-08'],
  ['1033', 'Radio Enabled', 'radioEnabled', '1 byte'],
  ['1034', 'Reboot', 'reboot', '1 byte'],
  ['1035', 'Registrar Current', 'registrarCurrent', '1 byte'],
  ['1036', 'Registrar Established', 'registrarEstablished', '1 byte'],
  ['1037', 'Registrar List', 'registrarList', 'at most 512 bytes'],
  ['1038', 'Registrar Max', 'registrarMax', '1 byte'],
  ['1039', 'Registrar Nonce', 'registrarNonce', '16 bytes'],
  ['103a', 'Request Type', 'requestType', '1 byte'],
  ['103b', 'Response Type', 'responseType', '1 byte'],
  ['103c', 'RF Bands', 'rfBands', '1 byte'],
  ['103d', 'R-Hash1', 'rHash1', '32 bytes'],
  ['103e', 'R-Hash2', 'rHash2', '32 bytes'],
  ['103f', 'R-SNonce1', 'rSNonce1', '16 bytes'],
  ['1040', 'R-SNonce2', 'rSNonce2', '16 bytes'],
  ['1041', 'Selected Registrar', 'selectedRegistrar', '1 byte'],
  ['1042', 'Serial Number', 'serialNumber', 'at most 32 bytes', 'RVP-WSC-16'],
  ['1044', 'Wi-Fi Simple Configuration State', 'wpsState', '1 byte'],
  ['1045', 'SSID', 'ssid', 'at most 32 bytes'],
  ['1046', 'Total Networks', 'totalNetworks', '1 byte'],
  ['1047', 'UUID-E', 'uuidE', '16 bytes'],
  ['1048', 'UUID-R', 'uuidR', '16 bytes'],
  ['1049', 'Vendor Extension', 'vendorExtension[]', '3 to 1024 bytes', 'RVP-VX-04'],
  ['104a', 'Version', 'version', '1 byte', 'RVP-WSC-06'],
  ['104b', 'X.509 Certificate Request', 'x509CertificateRequest', 'any'],
  ['104c', 'X.509 Certificate', 'x509Certificate', 'any'],
  ['104d', 'EAP Identity', 'eapIdentity', 'at most 64 bytes'],
  ['104e', 'Message Counter', 'messageCounter', '8 bytes'],
  ['104f', 'Public Key Hash', 'publicKeyHash', '20 bytes'],
  ['1050', 'Rekey Key', 'rekeyKey', '32 bytes'],
  ['1051', 'Key Lifetime', 'keyLifetime', '4 bytes'],
  ['1052', 'Permitted Config Methods', 'permittedConfigMethods', '2 bytes'],
  ['1053', 'Selected Registrar Config Methods', 'selectedRegistrarConfigMethods', '2 bytes'],
  ['1054', 'Primary Device Type', 'primaryDeviceType', '8 bytes'],
  ['1055', 'Secondary Device Type List', 'secondaryDeviceTypeList', 'at most 128 bytes, a multiple of 8'],
  ['1056', 'Portable Device', 'portableDevice', '1 byte'],
  ['1057', 'AP Setup Locked', 'apSetupLocked', '1 byte'],
  ['1058', 'Application Extension', 'applicationExtension', '16 to 512 bytes'],
  ['1059', 'EAP Type', 'eapType', 'at most 8 bytes'],
  ['1060', 'Initialization Vector', 'initializationVector', '32 bytes'],
  ['1061', 'Key Provided Automatically', 'keyProvidedAutomatically', '1 byte'],
  ['1062', '802.1X Enabled', 'ieee8021XEnabled', '1 byte'],
  ['1063', 'AppSessionKey', 'appSessionKey', 'at most 128 bytes'],
  ['1064', 'WEP Transmit Key', 'wepTransmitKey', '1 byte'],
  ['106a', 'Requested Device Type', 'requestedDeviceType[]', '8 bytes'],
];

/** Remark on the first length that is not legal; null where every one is. */
function lengthViolation(id: number): ValueViolation | null {
  for (let length = 0; length <= 1025; length++) {
    const [node] = decodeWsc(encodeAttribute(id, new Uint8Array(length))).attributes;
    const violation = node === undefined ? null : checkAttributeValue(node);
    if (violation?.at.start === 2) return violation;
  }
  return null;
}

describe('attributes', () => {
  it('are those of the table, in its order', () => {
    const ids = TABLE.map(([id]) => Number.parseInt(id, 16));
    expect([...ATTRIBUTES.keys()]).to.deep.equal(ids);
    expect([...Object.values(ATTRIBUTE)].sort()).to.deep.equal(ids);
  });

  for (const [hex, name, path, lengths, owner] of TABLE) {
    it(`${hex} is ${name}: ${lengths}`, () => {
      const id = Number.parseInt(hex, 16);
      const repeats = path.endsWith('[]');
      expect(ATTRIBUTES.get(id)).to.deep.equal({ id, name, repeats });
      expect([attributeName(id), `${attributePathName(id)}${repeats ? '[]' : ''}`]).to.deep.equal([name, path]);
      const violation = lengthViolation(id);
      expect(violation?.expected ?? 'any').to.equal(lengths);
      expect(violation?.owner ?? 'RVP-WSC-05').to.equal(owner ?? 'RVP-WSC-05');
    });
  }

  it('without a name are shown with four digits', () => {
    expect([formatAttributeId(7), attributeName(0x10fa), attributePathName(1)]).to.deep.equal([
      '0x0007',
      '0x10fa',
      '0x0001',
    ]);
  });
});
