import type { SsdpTarget, UpnpNode } from './parts.js';

/**
 * Everything a device tree is announced as and found by: three targets of the root, two of each embedded device, one of
 * each service type of each device (UDA 1.x, 1.1.2 and 1.2.2).
 */
export function targetsOf(root: UpnpNode): SsdpTarget[] {
  const rootDevice = 'upnp:rootdevice';
  return [
    { nt: rootDevice, usn: `${root.udn}::${rootDevice}`, udn: root.udn, what: 'root' },
    ...treeOf(root).flatMap(targetsOfDevice),
  ];
}

/** A device and all that is embedded in it. */
export function treeOf(node: UpnpNode): UpnpNode[] {
  return [node, ...node.embedded.flatMap(treeOf)];
}

function targetsOfDevice({ udn, deviceType, services }: UpnpNode): SsdpTarget[] {
  const types = [...new Set(services.map(({ serviceType }) => serviceType))];
  return [
    { nt: udn, usn: udn, udn, what: 'uuid' },
    { nt: deviceType, usn: `${udn}::${deviceType}`, udn, what: 'device' },
    ...types.map((nt): SsdpTarget => ({ nt, usn: `${udn}::${nt}`, udn, what: 'service' })),
  ];
}
