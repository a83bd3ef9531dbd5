import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import { microsoftExtension, transportUuid, vpi } from '#wire/microsoft/build.js';
import { TRANSPORT } from '#wire/microsoft/vertical-pairing.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { concat } from '#base/bytes.js';
import { promisesOf } from './promise.js';

const UUID_E = fromHex('00112233445566778899aabbccddeeff');
const OWN = fromHex('11111111222243338444555555555555');
const OWN_TEXT = '11111111-2222-4333-8444-555555555555';
const UUID_E_TEXT = '00112233-4455-6677-8899-aabbccddeeff';

const promises = (...attributes: readonly Uint8Array[]) =>
  promisesOf(decodeWsc(concat(encodeAttribute(ATTRIBUTE.UuidE, UUID_E), ...attributes)));

describe('What an M1 promises', () => {
  it('is the Transport UUID of the transport, else UUID-E', () => {
    const both = microsoftExtension(vpi(TRANSPORT.Upnp), vpi(TRANSPORT.Dpws), transportUuid(OWN));
    expect(promises(both)).to.deep.equal({
      declared: { upnp: true, dpws: true },
      promised: { upnp: UUID_E_TEXT, dpws: OWN_TEXT },
    });
    expect(promises(microsoftExtension(vpi(TRANSPORT.SecureDpws))).promised).to.deep.equal({
      upnp: null,
      dpws: UUID_E_TEXT,
    });
  });

  it('is nothing for Transport None, and without an extension', () => {
    const nothing = { declared: { upnp: false, dpws: false }, promised: { upnp: null, dpws: null } };
    expect(promises(microsoftExtension(vpi(TRANSPORT.None)))).to.deep.equal(nothing);
    expect(promises()).to.deep.equal(nothing);
  });

  it('has no UUID where the TLV is too short for one', () => {
    const cut = microsoftExtension(vpi(TRANSPORT.Upnp), transportUuid(OWN.subarray(0, 15)));
    expect(promises(cut)).to.deep.equal({
      declared: { upnp: true, dpws: false },
      promised: { upnp: null, dpws: null },
    });
  });
});
