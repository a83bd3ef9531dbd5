import { expect } from 'chai';
import { decodeMetadata } from './dpws-metadata.js';
import { pnpxOfDpws, pnpxOfUpnp, type PnpxElements } from './pnpx.js';
import { decodeDescription } from './upnp-description.js';

const UPNP = 'http://schemas.microsoft.com/windows/pnpx/2005/11';
const DPWS = 'http://schemas.microsoft.com/windows/pnpx/2005/10';
const FOUNDATION = 'http://schemas.microsoft.com/windows/2008/09/devicefoundation';
const DEVPROF = 'http://schemas.xmlsoap.org/ws/2006/02/devprof';
const MEX = 'http://schemas.xmlsoap.org/ws/2004/09/mex';
const SOAP = 'http://www.w3.org/2003/05/soap-envelope';

const PREFIXES = `xmlns:u="${UPNP}" xmlns:d="${DPWS}" xmlns:f="${FOUNDATION}" xmlns:o="urn:other"`;

type Found = Record<'hardwareIds' | 'compatibleIds' | 'category' | 'containerId', string | undefined> & {
  readonly misplaced: readonly string[];
};

function foundIn(elements: PnpxElements | null): Found {
  return {
    hardwareIds: elements?.hardwareIds?.value,
    compatibleIds: elements?.compatibleIds?.value,
    category: elements?.category?.value,
    containerId: elements?.containerId?.value,
    misplaced: elements?.misplaced.map(({ name }) => name) ?? [],
  };
}

/** What is found in a UPnP device, and in ThisModel, ThisDevice and a Hosted of DPWS, that holds this XML. */
function inUpnp(xml: string): Found {
  const text = `<root xmlns="urn:schemas-upnp-org:device-1-0"><device ${PREFIXES}>${xml}</device></root>`;
  const { device } = decodeDescription(new TextEncoder().encode(text));
  return foundIn(device === null ? null : pnpxOfUpnp(device));
}

function inDpws(xml: string): Found[] {
  const section = (dialect: string, content: string): string =>
    `<m:MetadataSection Dialect="${DEVPROF}/${dialect}">${content}</m:MetadataSection>`;
  const content = [
    section('ThisModel', `<ThisModel>${xml}</ThisModel>`),
    section('ThisDevice', `<ThisDevice>${xml}</ThisDevice>`),
    section('Relationship', `<Relationship Type="${DEVPROF}/host"><Hosted>${xml}</Hosted></Relationship>`),
  ];
  const text = `<s:Envelope xmlns:s="${SOAP}" xmlns:m="${MEX}" xmlns="${DEVPROF}" ${PREFIXES}><s:Body><m:Metadata>${content.join('')}</m:Metadata></s:Body></s:Envelope>`;
  const { thisModel, thisDevice, hosted } = pnpxOfDpws(decodeMetadata(new TextEncoder().encode(text)));
  return [thisModel, thisDevice, ...hosted].map(foundIn);
}

const NOTHING: Found = {
  hardwareIds: undefined,
  compatibleIds: undefined,
  category: undefined,
  containerId: undefined,
  misplaced: [],
};

describe('PnP-X elements', () => {
  it('of UPnP are found by name and namespace', () => {
    for (const [xml, found] of [
      ['<u:X_hardwareId>A</u:X_hardwareId>', { hardwareIds: 'A' }],
      ['<u:X_compatibleId> B </u:X_compatibleId>', { compatibleIds: 'B' }],
      ['<u:X_deviceCategory>C</u:X_deviceCategory>', { category: 'C' }],
      ['<f:X_containerId>D</f:X_containerId>', { containerId: 'D' }],
    ] as const)
      expect(inUpnp(xml), xml).to.deep.equal({ ...NOTHING, ...found });
  });

  it('of DPWS are found by name and namespace, at each of its places', () => {
    for (const [xml, found] of [
      ['<d:HardwareId>A</d:HardwareId>', { hardwareIds: 'A' }],
      ['<d:CompatibleId> B </d:CompatibleId>', { compatibleIds: 'B' }],
      ['<d:DeviceCategory>C</d:DeviceCategory>', { category: 'C' }],
      ['<f:ContainerId>D</f:ContainerId>', { containerId: 'D' }],
    ] as const)
      expect(inDpws(xml), xml).to.deep.equal(Array(3).fill({ ...NOTHING, ...found }));
  });

  it('of another namespace are misplaced', () => {
    for (const local of ['X_hardwareId', 'X_compatibleId', 'X_deviceCategory'])
      for (const prefix of ['d', 'o']) {
        const name = `${prefix}:${local}`;
        expect(inUpnp(`<${name}/>`), name).to.deep.equal({ ...NOTHING, misplaced: [name] });
      }
    for (const local of ['HardwareId', 'CompatibleId', 'DeviceCategory'])
      for (const prefix of ['u', 'o']) {
        const name = `${prefix}:${local}`;
        expect(inDpws(`<${name}/>`), name).to.deep.equal(Array(3).fill({ ...NOTHING, misplaced: [name] }));
      }
    for (const name of ['f:X_hardwareId', 'f:X_compatibleId', 'u:X_containerId', 'X_containerId'])
      expect(inUpnp(`<${name}/>`), name).to.deep.equal({ ...NOTHING, misplaced: [name] });
    for (const name of ['f:HardwareId', 'f:CompatibleId', 'd:ContainerId', 'ContainerId'])
      expect(inDpws(`<${name}/>`), name).to.deep.equal(Array(3).fill({ ...NOTHING, misplaced: [name] }));
  });

  it('are not the category that device foundation has of its own, nor names of the other protocol', () => {
    for (const name of ['f:X_deviceCategory', 'u:HardwareId', 'f:ContainerId', 'u:X_else'])
      expect(inUpnp(`<${name}/>`), name).to.deep.equal(NOTHING);
    for (const name of ['f:DeviceCategory', 'd:X_hardwareId', 'f:X_containerId', 'd:Else'])
      expect(inDpws(`<${name}/>`), name).to.deep.equal(Array(3).fill(NOTHING));
  });

  it('are the first of each, directly inside', () => {
    expect(inUpnp('<u:X_hardwareId/><u:X_hardwareId>B</u:X_hardwareId>')).to.deep.equal({
      ...NOTHING,
      hardwareIds: '',
    });
    expect(inUpnp('<a><u:X_hardwareId/><o:X_hardwareId/></a>')).to.deep.equal(NOTHING);
  });
});
