import type { DpwsMetadataSource, DpwsServiceSource } from '#wire/dpws-metadata-write.js';
import type { DpwsParts, HostedParts } from './parts.js';
import { expandedName } from './wsd-match.js';

const SERVICE_ID = 'http://rally-reference.example/services';

/** What the answer to a Get says (DPWS 2006/02, 5), to someone who reached the device at `host`. */
export function metadataOf(own: DpwsParts, host: string): DpwsMetadataSource {
  const { manufacturer, modelName, modelNumber, friendlyName, serialNumber, categories, containerId } = own;
  return {
    thisModel: {
      manufacturers: [manufacturer],
      modelNames: [modelName],
      modelNumber,
      ...(categories === null ? {} : { deviceCategory: categories }),
    },
    thisDevice: {
      friendlyNames: [friendlyName],
      firmwareVersion: '1.0',
      serialNumber,
      ...(containerId === null ? {} : { containerId }),
    },
    host: { addresses: [own.address], types: own.types.map(expandedName), serviceId: `${SERVICE_ID}/device` },
    hosted: own.hosted.map((service) => hostedOf(own, service, host)),
  };
}

function hostedOf(
  { isSecure, port, path }: DpwsParts,
  { name, types, hardwareIds, compatibleIds }: HostedParts,
  host: string,
): DpwsServiceSource {
  return {
    addresses: [`${isSecure ? 'https' : 'http'}://${host}:${port}${path}/${name}`],
    types: types.map(expandedName),
    serviceId: `${SERVICE_ID}/${name}`,
    ...(hardwareIds === null ? {} : { hardwareIds }),
    ...(compatibleIds === null ? {} : { compatibleIds }),
  };
}
