import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import { TRANSPORT } from '#wire/microsoft/vertical-pairing.js';
import { sampleM1 } from '#wire/testing/sample-m1.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import { decodeWsc, type WscMessage } from '#wire/wps/message.js';
import { checkProfile, parseProfile } from './load.js';
import { reviewAgainstFound, type FoundIdentities } from './review-identities.js';
import { reviewAgainstWholeM1 } from './review-m1.js';
import type { Remark } from './review.js';

const text = (transports: string, more = '', wscVersion = '2.0'): string => `version: 1
device: { name: Printer }
ics: { transports: [${transports}], methods: [pin], wscVersion: '${wscVersion}' }
ixit:
  method: pin
  pin: '12345670'
${more}`;

const told = (remarks: readonly Remark[]): string[] =>
  remarks.map(({ severity, path, reason, remedy }) => {
    expect({ severity, hasRemedy: remedy !== '' }).to.deep.equal({ severity: 'warning', hasRemedy: true });
    return `${path.join('.')} ${reason}`;
  });

/** Version2 0x20 in an extension of the Wi-Fi Alliance. */
const VERSION_2 = fromHex('00372a000120');

describe('review against the whole M1', () => {
  /** A Microsoft extension with a VPI for each transport. */
  const microsoft = (...transports: readonly number[]): Uint8Array =>
    fromHex(`000137${transports.map((byte) => `100100020${byte}01`).join('')}`);
  const m1 = (...extensions: readonly Uint8Array[]): WscMessage =>
    decodeWsc(
      editAttributes(sampleM1(new Uint8Array(0)), (all) => [
        ...all.filter(({ type }) => type !== ATTRIBUTE.VendorExtension),
        ...extensions.map((value) => ({ type: ATTRIBUTE.VendorExtension, value })),
      ]),
    );
  const against = (profile: string, seen: WscMessage): string[] =>
    told(reviewAgainstWholeM1(parseProfile(profile, 'my.yaml'), seen));
  const one = (transports: string, extension: Uint8Array): string[] =>
    against(text(transports), m1(extension, VERSION_2));

  it('finds nothing where both name the same transports, in any order', () => {
    expect(one('dpws', microsoft(TRANSPORT.Dpws))).to.deep.equal([]);
    expect(one('dpws, upnp', microsoft(TRANSPORT.Upnp, TRANSPORT.Dpws))).to.deep.equal([]);
    expect(one('none', microsoft(TRANSPORT.None))).to.deep.equal([]);
  });

  it('names transports that only one of them has', () => {
    expect(one('dpws', microsoft(TRANSPORT.Upnp))).to.deep.equal(['ics.transports says dpws, but M1 declares UPnP']);
    expect(one('dpws, upnp', microsoft(TRANSPORT.Dpws))).to.have.length(1);
    expect(one('dpws', microsoft(TRANSPORT.Dpws, TRANSPORT.Upnp))).to.have.length(1);
    expect(one('none', microsoft(7))).to.deep.equal(['ics.transports says none, but M1 declares 0x07']);
  });

  it('says nothing of transports that M1 does not say, or not readably', () => {
    expect(one('dpws', fromHex('000137'))).to.deep.equal([]);
    expect(one('dpws', fromHex('00013710010002020110010000'))).to.deep.equal([]);
  });

  it('names another version of WSC, both ways', () => {
    expect(against(text('dpws'), m1())).to.deep.equal(['ics.wscVersion says 2.0, but M1 is of WSC 1.0']);
    expect(against(text('dpws'), m1(VERSION_2))).to.deep.equal([]);
    expect(against(text('dpws', '', '1.0'), m1())).to.deep.equal([]);
    expect(against(text('dpws', '', '1.0'), m1(VERSION_2))).to.deep.equal([
      'ics.wscVersion says 1.0, but M1 is of WSC 2.0',
    ]);
  });

  it('names another address, and is part of the check of a profile', () => {
    const other = text('dpws', "  mac: '02:00:00:00:99:01'\n");
    const [remark] = against(other, m1(VERSION_2));
    expect(remark).to.match(/^ixit\.mac is not the MAC Address in M1, ([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    const same = other.replace('02:00:00:00:99:01', remark?.slice(-17) ?? '');
    expect(against(same, m1(VERSION_2))).to.deep.equal([]);
    const { warnings } = checkProfile(other, 'my.yaml', { m1: m1(VERSION_2) });
    expect(warnings.map(({ line, column, path }) => ({ line, column, path }))).to.deep.equal([
      { line: 7, column: 8, path: 'ixit.mac' },
    ]);
  });
});

describe('review against what was found', () => {
  const UUID = '0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b';
  const IDENTITIES = `  identities: { upnp: 'uuid:${UUID}', dpws: 'urn:uuid:${UUID}' }\n`;
  const found = (upnp: readonly string[], dpws: readonly string[], isLookedFor = true): FoundIdentities => {
    return { isLookedFor, sent: { upnp, dpws } };
  };
  const against = (transports: string, seen: FoundIdentities, more = ''): string[] =>
    told(reviewAgainstFound(parseProfile(text(transports, more), 'my.yaml'), seen));

  it('finds nothing where it is as declared', () => {
    const both = found([`uuid:${UUID}::upnp:rootdevice`], [`urn:uuid:${UUID}`]);
    expect(against('upnp, dpws', both, IDENTITIES)).to.deep.equal([]);
    expect(against('upnp, secure-dpws', both)).to.deep.equal([]);
    expect(against('none', found([], []))).to.deep.equal([]);
  });

  it('names what was found and is not declared, and the other way round', () => {
    expect(against('dpws', found(['uuid:1'], ['urn:uuid:1']))).to.deep.equal([
      'ics.transports the device was found by UPnP, which is not named',
    ]);
    expect(against('upnp, dpws', found(['uuid:1'], []))).to.deep.equal([
      'ics.transports names DPWS, but the device was not found by it',
    ]);
    expect(against('upnp, dpws', found(['uuid:1'], [], false))).to.deep.equal([]);
  });

  it('names an identity that the device does not have', () => {
    const other = found([`uuid:${UUID.replace('0b', '0c')}`], [`urn:uuid:${UUID}0`]);
    expect(against('upnp, dpws', other, IDENTITIES)).to.deep.equal([
      'ixit.identities.upnp is not what the device was found under by UPnP',
      'ixit.identities.dpws is not what the device was found under by DPWS',
    ]);
    expect(against('upnp, dpws', found([], [], false), IDENTITIES)).to.deep.equal([]);
  });

  it('is part of the check of a profile', () => {
    const { warnings } = checkProfile(text('dpws'), 'my.yaml', { found: found(['uuid:1'], ['urn:uuid:1']) });
    expect(warnings.map(({ line, path }) => [line, path])).to.deep.equal([[3, 'ics.transports']]);
  });
});
