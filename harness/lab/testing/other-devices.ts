/* Devices and control points of other makers, and how they are started. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A device of another maker: a program that is found by one protocol. */
export interface OtherDevice {
  readonly program: string;
  readonly foundBy: 'upnp' | 'dpws';
  /** Lower-case, as M1 of such a device would promise it. */
  readonly uuid: string;
  /** @param folder of its own, for what it needs and writes */
  readonly args: (folder: string, interfaceName: string) => readonly string[];
}

const UUID = '8d3c56aa-1f52-4be4-9a76-0800200c9a66';

/** Its root device holds another one; both have a service. */
const LIGHT = (uuid: string): string => `<?xml version="1.0" encoding="utf-8"?>
<root xmlns="urn:schemas-upnp-org:device-1-0" xmlns:pnpx="http://schemas.microsoft.com/windows/pnpx/2005/11">
  <specVersion><major>1</major><minor>0</minor></specVersion>
  <device>
    <deviceType>urn:schemas-upnp-org:device:DimmableLight:1</deviceType>
    <friendlyName>Light</friendlyName>
    <manufacturer>Rally</manufacturer>
    <modelName>Light</modelName>
    <UDN>uuid:${uuid}</UDN>
    <pnpx:X_hardwareId>VEN_0001&amp;DEV_0001</pnpx:X_hardwareId>
    <pnpx:X_compatibleId>GenericLight</pnpx:X_compatibleId>
    <pnpx:X_deviceCategory>HomeAutomation.Lighting</pnpx:X_deviceCategory>
    <serviceList>${serviceOf('SwitchPower')}</serviceList>
    <deviceList>
      <device>
        <deviceType>urn:schemas-upnp-org:device:BinaryLight:1</deviceType>
        <friendlyName>Night light</friendlyName>
        <manufacturer>Rally</manufacturer>
        <modelName>Light</modelName>
        <UDN>uuid:8d3c56aa-1f52-4be4-9a76-0800200c9a67</UDN>
        <serviceList>${serviceOf('Dimming')}</serviceList>
      </device>
    </deviceList>
  </device>
</root>
`;

const serviceOf = (name: string): string => `<service>
        <serviceType>urn:schemas-upnp-org:service:${name}:1</serviceType>
        <serviceId>urn:upnp-org:serviceId:${name}:1</serviceId>
        <SCPDURL>/${name}.xml</SCPDURL><controlURL>/${name}/control</controlURL><eventSubURL>/${name}/event</eventSubURL>
      </service>`;

/** GUPnP by its Python binding: announces, answers and serves the description it is given. */
const GUPNP = `import signal, sys, gi
gi.require_version('GUPnP', '1.6')
from gi.repository import GLib, GUPnP
interface, folder = sys.argv[1:]
context = GUPnP.Context.new(interface, 49152)
root = GUPnP.RootDevice.new(context, 'light.xml', folder)
root.set_available(True)
loop = GLib.MainLoop()
def leave():
    root.set_available(False)
    GLib.timeout_add(1500, loop.quit)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, leave)
loop.run()
`;

export const OTHER_DEVICES: Readonly<Record<'gupnp' | 'minidlna' | 'wsdd', OtherDevice>> = {
  gupnp: {
    program: '/usr/bin/python3',
    foundBy: 'upnp',
    uuid: UUID,
    args: (folder, interfaceName) => {
      writeFileSync(join(folder, 'light.xml'), LIGHT(UUID));
      return ['-c', GUPNP, interfaceName, folder];
    },
  },
  minidlna: {
    program: '/usr/sbin/minidlnad',
    foundBy: 'upnp',
    uuid: UUID,
    args: (folder, interfaceName) => {
      mkdirSync(join(folder, 'media'), { recursive: true });
      const settings = [
        `network_interface=${interfaceName}`,
        `media_dir=${join(folder, 'media')}`,
        `db_dir=${folder}`,
        `log_dir=${folder}`,
        `uuid=${UUID}`,
        'friendly_name=Films',
        'inotify=no',
      ];
      writeFileSync(join(folder, 'minidlna.conf'), `${settings.join('\n')}\n`);
      return ['-S', '-f', join(folder, 'minidlna.conf'), '-P', join(folder, 'pid')];
    },
  },
  wsdd: {
    program: '/usr/sbin/wsdd',
    foundBy: 'dpws',
    uuid: UUID,
    args: (_folder, interfaceName) => ['-4', '-i', interfaceName, '-U', UUID, '-n', 'host', '-w', 'group'],
  },
};

/**
 * Before a program in namespaces that looks for names: there is nobody to ask, and it would wait for an answer. By
 * default wsdd takes 10 s to start.
 */
export const NO_NAMES_SETUP = 'mount --bind /dev/null /etc/resolv.conf';

/** GSSDP as a control point: prints the USN of every resource it hears of. */
const BROWSER = `import sys, gi
gi.require_version('GSSDP', '1.6')
from gi.repository import GLib, GSSDP
client = GSSDP.Client.new_full(sys.argv[1], None, 0, GSSDP.UDAVersion.VERSION_1_0)
browser = GSSDP.ResourceBrowser.new(client, 'ssdp:all')
browser.connect('resource-available', lambda _browser, usn, _locations: print('found', usn, flush=True))
browser.connect('resource-unavailable', lambda _browser, usn: print('lost', usn, flush=True))
browser.set_active(True)
GLib.MainLoop().run()
`;

/** Control points: what they print names what they found. */
export const OTHER_CONTROL_POINTS: Readonly<
  Record<'gssdp' | 'wsdd', { readonly program: string; readonly args: (interfaceName: string) => readonly string[] }>
> = {
  gssdp: { program: '/usr/bin/python3', args: (interfaceName) => ['-c', BROWSER, interfaceName] },
  wsdd: { program: '/usr/sbin/wsdd', args: (interfaceName) => ['-4', '-i', interfaceName, '-o', '-D', '-vvv'] },
};
