/** WPS attribute ids (spec/wps: attribute table). Microsoft TLVs and WFA subelements are other number spaces. */
export const ATTRIBUTE = {
  APChannel: 0x1001,
  AssociationState: 0x1002,
  AuthenticationType: 0x1003,
  AuthenticationTypeFlags: 0x1004,
  Authenticator: 0x1005,
  ConfigMethods: 0x1008,
  ConfigurationError: 0x1009,
  ConfirmationURL4: 0x100a,
  ConfirmationURL6: 0x100b,
  ConnectionType: 0x100c,
  ConnectionTypeFlags: 0x100d,
  Credential: 0x100e,
  EncryptionType: 0x100f,
  EncryptionTypeFlags: 0x1010,
  DeviceName: 0x1011,
  DevicePasswordID: 0x1012,
  EHash1: 0x1014,
  EHash2: 0x1015,
  ESNonce1: 0x1016,
  ESNonce2: 0x1017,
  EncryptedSettings: 0x1018,
  EnrolleeNonce: 0x101a,
  FeatureID: 0x101b,
  Identity: 0x101c,
  IdentityProof: 0x101d,
  KeyWrapAuthenticator: 0x101e,
  KeyIdentifier: 0x101f,
  MACAddress: 0x1020,
  Manufacturer: 0x1021,
  MessageType: 0x1022,
  ModelName: 0x1023,
  ModelNumber: 0x1024,
  NetworkIndex: 0x1026,
  NetworkKey: 0x1027,
  NetworkKeyIndex: 0x1028,
  NewDeviceName: 0x1029,
  NewPassword: 0x102a,
  OOBDevicePassword: 0x102c,
  OSVersion: 0x102d,
  PowerLevel: 0x102f,
  PSKCurrent: 0x1030,
  PSKMax: 0x1031,
  PublicKey: 0x1032,
  RadioEnabled: 0x1033,
  Reboot: 0x1034,
  RegistrarCurrent: 0x1035,
  RegistrarEstablished: 0x1036,
  RegistrarList: 0x1037,
  RegistrarMax: 0x1038,
  RegistrarNonce: 0x1039,
  RequestType: 0x103a,
  ResponseType: 0x103b,
  RFBands: 0x103c,
  RHash1: 0x103d,
  RHash2: 0x103e,
  RSNonce1: 0x103f,
  RSNonce2: 0x1040,
  SelectedRegistrar: 0x1041,
  SerialNumber: 0x1042,
  WPSState: 0x1044,
  Ssid: 0x1045,
  TotalNetworks: 0x1046,
  UuidE: 0x1047,
  UuidR: 0x1048,
  VendorExtension: 0x1049,
  Version: 0x104a,
  X509CertificateRequest: 0x104b,
  X509Certificate: 0x104c,
  EAPIdentity: 0x104d,
  MessageCounter: 0x104e,
  PublicKeyHash: 0x104f,
  RekeyKey: 0x1050,
  KeyLifetime: 0x1051,
  PermittedConfigMethods: 0x1052,
  SelectedRegistrarConfigMethods: 0x1053,
  PrimaryDeviceType: 0x1054,
  SecondaryDeviceTypeList: 0x1055,
  PortableDevice: 0x1056,
  APSetupLocked: 0x1057,
  ApplicationExtension: 0x1058,
  EAPType: 0x1059,
  InitializationVector: 0x1060,
  KeyProvidedAutomatically: 0x1061,
  Ieee8021XEnabled: 0x1062,
  AppSessionKey: 0x1063,
  WEPTransmitKey: 0x1064,
  RequestedDeviceType: 0x106a,
} as const;

export interface AttributeInfo {
  readonly id: number;
  /** Name as WSC spells it. */
  readonly name: string;
  /** May stand more than once in a message. */
  readonly repeats: boolean;
}

/** Table of every defined attribute by id. */
export const ATTRIBUTES: ReadonlyMap<number, AttributeInfo> = new Map();

/** Name of an attribute in paths: `uuidE`, `vendorExtension`; `0x10fa` for one that is not defined. */
export function attributePathName(id: number): string {
  for (const [name, value] of Object.entries(ATTRIBUTE))
    if (value === id) return name.charAt(0).toLowerCase() + name.slice(1);
  return `0x${id.toString(16).padStart(4, '0')}`;
}
