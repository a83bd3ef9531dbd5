import { concat, fromHex } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { WFA_VENDOR_ID } from '#wire/wps/vendor-extension.js';
import { alterAll, withAttribute, without, withValue } from './edits.js';
import { stimulus, type Stimulus } from './stimulus.js';

/** Version2 of no WSC there is. */
const FUTURE_VERSION2 = fromHex('000143');
/** Subelement 0x7f, three bytes. */
const UNKNOWN_SUBELEMENT = fromHex('7f03010203');
/** An attribute id that WSC leaves free. */
const UNKNOWN_ATTRIBUTE = { type: 0x10fa, value: fromHex('01') };
/** Of a vendor that is neither the Wi-Fi Alliance nor Microsoft. */
const FOREIGN_EXTENSION = { type: ATTRIBUTE.VendorExtension, value: fromHex('00abcd01020304') };

/** A Registrar of a later WSC than 2.0, or of the one before it. */
export const VERSION_STIMULI: readonly Stimulus[] = [
  stimulus(
    'reg-31a',
    'says Version2 0x43 in every message',
    alterAll(withValue(ATTRIBUTE.VendorExtension, () => concat(WFA_VENDOR_ID, FUTURE_VERSION2))),
  ),
  stimulus('reg-31b', 'adds an unknown attribute to every message', alterAll(withAttribute(UNKNOWN_ATTRIBUTE))),
  stimulus(
    'reg-31c',
    "adds an unknown subelement to the Wi-Fi Alliance's extension of every message",
    alterAll(withValue(ATTRIBUTE.VendorExtension, (old) => concat(old, UNKNOWN_SUBELEMENT))),
  ),
  stimulus(
    'reg-31d',
    'adds an extension of a foreign vendor to every message',
    alterAll(withAttribute(FOREIGN_EXTENSION)),
  ),
  stimulus('reg-32', 'speaks WSC 1.0: no message has a Version2', alterAll(without(ATTRIBUTE.VendorExtension))),
];
