import type { TlvNode } from '../tlv.js';
import type { WscMessage } from './message.js';
import { vendorExtensions } from './vendor-extension.js';

/** Subelement ids inside the Wi-Fi Alliance's vendor extension 00 37 2a: a number space of its own, 1-byte ids. */
export const WFA_SUBELEMENT = {
  Version2: 0x00,
  AuthorizedMACs: 0x01,
  NetworkKeyShareable: 0x02,
  RequestToEnroll: 0x03,
  SettingsDelayTime: 0x04,
  RegistrarConfigurationMethods: 0x05,
  MultiApExtension: 0x06,
  MultiApProfile: 0x07,
  MultiApIeee8021Q: 0x08,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [WFA_SUBELEMENT.Version2, 'Version2'],
  [WFA_SUBELEMENT.AuthorizedMACs, 'AuthorizedMACs'],
  [WFA_SUBELEMENT.NetworkKeyShareable, 'Network Key Shareable'],
  [WFA_SUBELEMENT.RequestToEnroll, 'Request to Enroll'],
  [WFA_SUBELEMENT.SettingsDelayTime, 'Settings Delay Time'],
  [WFA_SUBELEMENT.RegistrarConfigurationMethods, 'Registrar Configuration Methods'],
  [WFA_SUBELEMENT.MultiApExtension, 'Multi-AP Extension'],
  [WFA_SUBELEMENT.MultiApProfile, 'Multi-AP Profile'],
  [WFA_SUBELEMENT.MultiApIeee8021Q, 'Multi-AP 802.1Q Setting'],
]);

/** Name of a subelement as WSC spells it; `0x3f` for one that is not defined. */
export function subelementName(id: number): string {
  return NAMES.get(id) ?? `0x${id.toString(16).padStart(2, '0')}`;
}

/** All subelements with this id in all of the message's Wi-Fi Alliance extensions, in message order. */
export function subelementsOf(message: Pick<WscMessage, 'attributes'>, id: number): TlvNode[] {
  return vendorExtensions(message).flatMap(
    (extension) => extension.subelements?.nodes.filter((n) => n.type === id) ?? [],
  );
}

/**
 * Value of the first Version2 subelement (0x20: WSC 2.0), or null where there is none or it is empty: then the message
 * is one of WSC 1.0.
 */
export function version2Of(message: Pick<WscMessage, 'attributes'>): number | null {
  return subelementsOf(message, WFA_SUBELEMENT.Version2)[0]?.value[0] ?? null;
}
