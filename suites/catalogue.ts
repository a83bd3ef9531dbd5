import type { CatalogueEntry } from '#judge/catalogue.js';
import type { Rule } from '#judge/rule.js';
import { foundRules } from './disc/found.rules.js';
import { pnpxMetadataRules } from './pnpx/metadata.rules.js';
import { pnpxValueRules } from './pnpx/values.rules.js';
import { freshnessRules } from './sec/freshness.rules.js';
import { proofRules } from './sec/proof.rules.js';
import { predictabilityRules } from './sec/predictability.rules.js';
import { associationRequestRules } from './iex/association-request.rules.js';
import { continuationRules } from './iex/continuation.rules.js';
import { probeRequestRules } from './iex/probe-request.rules.js';
import { keyFormRules } from './join/key-form.rules.js';
import { networkRules } from './join/network.rules.js';
import { displayRules } from './pin/display.rules.js';
import { labelRules } from './pin/label.rules.js';
import { m2dRules } from './pin/m2d.rules.js';
import { accessPointRules } from './reg/access-point.rules.js';
import { acknowledgementRules } from './reg/acknowledgement.rules.js';
import { authenticationRules } from './reg/authentication.rules.js';
import { credentialRules } from './reg/credential.rules.js';
import { fragmentRules } from './reg/fragments.rules.js';
import { framingRules } from './reg/framing.rules.js';
import { m2Rules } from './reg/m2.rules.js';
import { recoveryRules } from './reg/recovery.rules.js';
import { repetitionRules } from './reg/repetition.rules.js';
import { retransmissionRules } from './reg/retransmission.rules.js';
import { secondStartRules } from './reg/second-start.rules.js';
import { settingsRules } from './reg/settings.rules.js';
import { silenceRules } from './reg/silence.rules.js';
import { versionRules } from './reg/versions.rules.js';
import { transportUuidConsistencyRules } from './tuu/consistency.rules.js';
import { transportIdentityRules } from './tuu/identity.rules.js';
import { transportUuidRules } from './tuu/transport-uuid.rules.js';
import { transportUuidValueRules } from './tuu/value.rules.js';
import { alignmentRules } from './uid/alignment.rules.js';
import { dpwsIdentityRules } from './uid/dpws.rules.js';
import { upnpIdentityRules } from './uid/upnp.rules.js';
import { uuidERules } from './uid/uuid-e.rules.js';
import { vpiConsistencyRules } from './vpi/consistency.rules.js';
import { declaredTransportsRules } from './vpi/declared-transports.rules.js';
import { verticalPairingIdentifierRules } from './vpi/vertical-pairing-identifier.rules.js';
import { otherMessagesRules } from './vx/other-messages.rules.js';
import { tlvStructureRules } from './vx/tlv-structure.rules.js';
import { vendorExtensionRules } from './vx/vendor-extension.rules.js';
import { documentRules } from './desc/document.rules.js';
import { httpRules } from './desc/http.rules.js';
import { mexExchangeRules } from './mex/exchange.rules.js';
import { mexMetadataRules } from './mex/metadata.rules.js';
import { announcementRules } from './ssdp/announcement.rules.js';
import { durationRules } from './ssdp/duration.rules.js';
import { leavingRules } from './ssdp/leaving.rules.js';
import { messageRules } from './ssdp/message.rules.js';
import { notifyRules } from './ssdp/notify.rules.js';
import { searchRules } from './ssdp/search.rules.js';
import { setRules } from './ssdp/set.rules.js';
import { wsdAddressesRules } from './wsd/addresses.rules.js';
import { wsdAnnouncementRules } from './wsd/announcement.rules.js';
import { wsdSearchRules } from './wsd/search.rules.js';
import { wsdSequenceRules } from './wsd/sequence.rules.js';
import { cryptoRules } from './wsc/crypto.rules.js';
import { eapRules } from './wsc/eap.rules.js';
import { flowRules } from './wsc/flow.rules.js';
import { m1Rules } from './wsc/m1.rules.js';
import { offerRules } from './wsc/offer.rules.js';
import { valuesRules } from './wsc/values.rules.js';

/** Rules by `suites/<area>/<clause>.rules.ts`. */
const CLAUSES: readonly (readonly [area: string, clause: string, rules: readonly Rule[]])[] = [
  ['vx', 'vendor-extension', vendorExtensionRules],
  ['vx', 'tlv-structure', tlvStructureRules],
  ['vx', 'other-messages', otherMessagesRules],
  ['vpi', 'vertical-pairing-identifier', verticalPairingIdentifierRules],
  ['vpi', 'declared-transports', declaredTransportsRules],
  ['vpi', 'consistency', vpiConsistencyRules],
  ['tuu', 'transport-uuid', transportUuidRules],
  ['tuu', 'value', transportUuidValueRules],
  ['tuu', 'identity', transportIdentityRules],
  ['tuu', 'consistency', transportUuidConsistencyRules],
  ['uid', 'uuid-e', uuidERules],
  ['uid', 'upnp', upnpIdentityRules],
  ['uid', 'dpws', dpwsIdentityRules],
  ['uid', 'alignment', alignmentRules],
  ['wsc', 'eap', eapRules],
  ['wsc', 'm1', m1Rules],
  ['wsc', 'offer', offerRules],
  ['wsc', 'values', valuesRules],
  ['wsc', 'crypto', cryptoRules],
  ['wsc', 'flow', flowRules],
  ['sec', 'freshness', freshnessRules],
  ['sec', 'predictability', predictabilityRules],
  ['sec', 'proof', proofRules],
  ['reg', 'access-point', accessPointRules],
  ['reg', 'authentication', authenticationRules],
  ['reg', 'm2', m2Rules],
  ['reg', 'settings', settingsRules],
  ['reg', 'credential', credentialRules],
  ['reg', 'acknowledgement', acknowledgementRules],
  ['reg', 'versions', versionRules],
  ['reg', 'fragments', fragmentRules],
  ['reg', 'framing', framingRules],
  ['reg', 'repetition', repetitionRules],
  ['reg', 'retransmission', retransmissionRules],
  ['reg', 'second-start', secondStartRules],
  ['reg', 'silence', silenceRules],
  ['reg', 'recovery', recoveryRules],
  ['pin', 'display', displayRules],
  ['pin', 'label', labelRules],
  ['pin', 'm2d', m2dRules],
  ['iex', 'probe-request', probeRequestRules],
  ['iex', 'association-request', associationRequestRules],
  ['iex', 'continuation', continuationRules],
  ['join', 'network', networkRules],
  ['join', 'key-form', keyFormRules],
  ['ssdp', 'message', messageRules],
  ['ssdp', 'announcement', announcementRules],
  ['ssdp', 'set', setRules],
  ['ssdp', 'duration', durationRules],
  ['ssdp', 'leaving', leavingRules],
  ['ssdp', 'notify', notifyRules],
  ['ssdp', 'search', searchRules],
  ['desc', 'http', httpRules],
  ['desc', 'document', documentRules],
  ['wsd', 'announcement', wsdAnnouncementRules],
  ['wsd', 'search', wsdSearchRules],
  ['wsd', 'sequence', wsdSequenceRules],
  ['wsd', 'addresses', wsdAddressesRules],
  ['mex', 'exchange', mexExchangeRules],
  ['mex', 'metadata', mexMetadataRules],
  ['disc', 'found', foundRules],
  ['pnpx', 'metadata', pnpxMetadataRules],
  ['pnpx', 'values', pnpxValueRules],
];

/** Every rule, once, in the order of the areas. The list is explicit: a rule that is not here is never judged. */
export const CATALOGUE: readonly CatalogueEntry[] = CLAUSES.flatMap(([area, clause, rules]) =>
  rules.map((rule) => ({ rule, area, clause })),
);
