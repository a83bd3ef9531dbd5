import { expect } from 'chai';
import { described, description, RENDERER_TYPE, UDN } from './testing/upnp.js';
import { descriptionIn, isServed, matching, targetsOf, typeOf } from './upnp-tree.js';

const service = (version: number | string, name = 'RenderingControl'): string =>
  `urn:schemas-upnp-org:service:${name}:${version}`;

/** What a device of these types is announced as, besides the root and its UDN. */
function announced(deviceType: string, ...serviceTypes: readonly string[]): string[] {
  const fetch = described(description(deviceType, serviceTypes));
  const targets = targetsOf({ fetch, description: descriptionIn(fetch.body ?? new Uint8Array(0)) });
  const [root, device, ...types] = targets.map(({ nt }) => nt);
  expect([root, device]).to.deep.equal(['upnp:rootdevice', UDN]);
  return types;
}

describe('a document', () => {
  it('is served with status 200 and nothing that went wrong', () => {
    const whole = described('');
    expect(isServed(whole)).to.equal(true);
    expect(isServed({ ...whole, status: 404 })).to.equal(false);
    expect(isServed({ ...whole, problem: { code: 'too-large', text: 'cut' } })).to.equal(false);
  });

  it('is decoded once', () => {
    const bytes = new TextEncoder().encode(description());
    expect(descriptionIn(bytes).device).to.not.equal(null);
    expect(descriptionIn(bytes)).to.equal(descriptionIn(bytes));
    expect(descriptionIn(bytes.slice())).to.not.equal(descriptionIn(bytes));
  });
});

describe('types that a device is announced as', () => {
  it('are those of the device and of its services, without blank ones', () => {
    expect(announced(RENDERER_TYPE, service(1))).to.deep.equal([RENDERER_TYPE, service(1)]);
    expect(announced('', service(1), '')).to.deep.equal([service(1)]);
  });

  it('are of each service the highest version, in whatever order', () => {
    expect(announced(RENDERER_TYPE, service(1), service(2))).to.deep.equal([RENDERER_TYPE, service(2)]);
    expect(announced(RENDERER_TYPE, service(10), service(9))).to.deep.equal([RENDERER_TYPE, service(10)]);
    const different = [service(1), service(2, 'AVTransport')];
    expect(announced(RENDERER_TYPE, ...different)).to.deep.equal([RENDERER_TYPE, ...different]);
  });

  it('are also those that are no types of UPnP', () => {
    expect(announced('a renderer', 'a service', service(1))).to.deep.equal(['a renderer', 'a service', service(1)]);
  });
});

describe('a type', () => {
  it('has a name and a version of up to nine digits', () => {
    expect(typeOf(RENDERER_TYPE)).to.deep.equal({
      name: 'urn:schemas-upnp-org:device:MediaRenderer',
      version: 1,
    });
    expect(typeOf(service(123_456_789))?.version).to.equal(123_456_789);
    for (const text of ['', 'upnp:rootdevice', `x${RENDERER_TYPE}`, ` ${RENDERER_TYPE}`, `${RENDERER_TYPE}x`])
      expect(typeOf(text), text).to.equal(null);
    expect(typeOf(service(1_234_567_890))).to.equal(null);
  });
});

describe('what a search target means', () => {
  const targets = ['upnp:rootdevice', service(1), service(2), service(12), service(2, 'AVTransport')].map((nt) => ({
    nt,
  }));
  const found = (searchTarget: string): string[] => matching(searchTarget, targets).map(({ nt }) => nt);

  it('is a type in the version that is asked for, or a later one', () => {
    expect(found(service(1))).to.deep.equal([service(1), service(2), service(12)]);
    expect(found(service(2))).to.deep.equal([service(2), service(12)]);
    expect(found(service(13))).to.deep.equal([]);
  });

  it('is everything, or just what it says', () => {
    expect(found('ssdp:all')).to.deep.equal(targets.map(({ nt }) => nt));
    expect(found('upnp:rootdevice')).to.deep.equal(['upnp:rootdevice']);
    expect(found('a service')).to.deep.equal([]);
  });
});
