import { expect } from 'chai';
import type { ExchangeMessage, ManagementFrame } from '#evidence/model.js';
import { encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { verticalPairing } from '#wire/microsoft/vertical-pairing.js';
import { decodeWsc, MESSAGE_TYPE, type WscMessage } from '#wire/wps/message.js';
import { m1sOf, type M1 } from './observe.js';
import { otherMessages, undeclaredTransportUuids, type OtherMessage } from './other-messages.js';
import {
  DPWS_PRINTER,
  DPWS_UUID,
  header,
  microsoftExtension,
  transportUuid,
  UPNP_UUID,
  vpi,
} from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';
import { buildExchange } from './testing/exchange.js';

const USUAL = buildExchange(DPWS_PRINTER, {}, { number: 1, method: 'pin' });

function carrying(messageType: number, ...tlvs: readonly TlvSource[]): WscMessage {
  return decodeWsc(encodeTlvs({ nodes: [...header(messageType), microsoftExtension(tlvs)], rest: null }));
}

/** A VPI whose second byte is missing. */
const SHORT_VPI: TlvSource = { ...vpi(2), value: Uint8Array.of(2) };

describe('other messages than M1 that carry pairing TLVs', () => {
  const m1 = USUAL.messages.find(({ wsc }) => wsc.name === 'M1');
  if (m1 === undefined) throw new Error('no M1');
  const labelsOf = (messages: readonly ExchangeMessage[], management: readonly ManagementFrame[] = []): string[] => {
    const exchange = { ...USUAL, messages };
    return otherMessages({ ...evidenceOf(DPWS_PRINTER, [exchange]), management }, exchange).map(({ label }) => label);
  };
  const m3: ExchangeMessage = { ...m1, wsc: carrying(MESSAGE_TYPE.M3, vpi(1)) };

  it('are those of the device, M1 and what stands for it and their copies aside', () => {
    expect(labelsOf([m1, { ...m1 }, m3])).to.deep.equal(['M3']);
    expect(labelsOf([m1, { ...m3, from: 'registrar' }])).to.deep.equal([]);
    const nameless: ExchangeMessage = { ...m1, wsc: carrying(0x70, vpi(1)) };
    expect(labelsOf([nameless, m3])).to.deep.equal(['M3']);
  });

  it('are its frames as well: Probe Request and Association Request', () => {
    const frameOf = (kind: ManagementFrame['kind']): ManagementFrame => ({
      kind,
      transmitter: USUAL.enrolleeMac,
      frame: m1.packets[0]?.frame ?? {
        number: 1,
        timeNs: 0n,
        linkType: 'dot11',
        bytes: new Uint8Array(0),
        wireLength: 0,
      },
      wsc: carrying(MESSAGE_TYPE.ProbeRequest, vpi(1)),
      parts: [],
    });
    const kinds = ['probe-request', 'association-request', 'probe-response'] as const;
    expect(labelsOf([m1], kinds.map(frameOf))).to.deep.equal(['Probe Request', 'Association Request']);
  });
});

describe('Transport UUIDs that M1 lacks', () => {
  const m1Of = (...tlvs: readonly TlvSource[]): M1 => {
    const [own] = m1sOf(USUAL);
    if (own === undefined) throw new Error('no M1');
    return { ...own, pairing: verticalPairing(carrying(MESSAGE_TYPE.M1, ...tlvs)) };
  };
  const otherOf = (...tlvs: readonly TlvSource[]): OtherMessage => {
    const wsc = carrying(MESSAGE_TYPE.M3, ...tlvs);
    return { label: 'M3', exchange: 1, wsc, parts: [], isBroken: false, pairing: verticalPairing(wsc) };
  };
  /** What keeps each of them open; `lacks` where nothing does. */
  const lacking = (m1: M1, other: OtherMessage): string[] =>
    undeclaredTransportUuids(m1, other).map(({ blockedBy }) => blockedBy ?? 'lacks');
  const dpws = [vpi(1), transportUuid(DPWS_UUID)];
  const upnp = [vpi(2), transportUuid(UPNP_UUID)];

  it('are those of a transport for which it has none', () => {
    expect(lacking(m1Of(...dpws), otherOf(...dpws, ...upnp))).to.deep.equal(['lacks']);
    expect(lacking(m1Of(...dpws), otherOf(...dpws))).to.deep.equal([]);
  });

  it('may be those whose transport M1 leaves open', () => {
    expect(lacking(m1Of(...dpws, SHORT_VPI, transportUuid(UPNP_UUID)), otherOf(...upnp))).to.deep.equal(['RVP-VPI-02']);
    const orphan = { ...m1Of(...dpws) };
    const [first] = orphan.pairing.transportUuids;
    if (first === undefined) throw new Error('no Transport UUID');
    const transportUuids = [first, { ...first, vpi: null }];
    expect(lacking({ ...orphan, pairing: { ...orphan.pairing, transportUuids } }, otherOf(...upnp))).to.deep.equal([
      'RVP-TUU-02',
    ]);
  });

  it('are one of no transport only where M1 has none at all', () => {
    const loose = otherOf(transportUuid(UPNP_UUID));
    expect(lacking(m1Of(vpi(1)), loose)).to.deep.equal(['lacks']);
    expect(lacking(m1Of(...dpws), loose)).to.deep.equal([]);
    expect(lacking(m1Of(vpi(1)), otherOf(SHORT_VPI, transportUuid(UPNP_UUID)))).to.deep.equal(['lacks']);
  });
});
