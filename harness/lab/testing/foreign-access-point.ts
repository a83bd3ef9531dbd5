import { untilWritten } from './until-written.js';

/** Where the events of the recording are, as the shell inside the virtual machine sees them. */
export interface ForeignAccessPoint {
  readonly interfaceName: string;
  readonly ssid: string;
  /** 32 hex digits with dashes. */
  readonly uuid: string;
  readonly eventsFile: string;
  /** Regular expressions of records: at each its button is pushed anew. */
  readonly pushAt: readonly string[];
}

const PASSPHRASE = 'twelve bytes';

/** Shell commands that run hostapd as an access point with a WPS of its own, besides the bench. */
export function foreignAccessPoint(options: ForeignAccessPoint): string {
  const { interfaceName, ssid, uuid, eventsFile, pushAt } = options;
  const folder = `/run/foreign-${interfaceName}`;
  const config = [
    `interface=${interfaceName}`,
    'driver=nl80211',
    `ctrl_interface=${folder}/control`,
    `ssid=${ssid}`,
    'hw_mode=g',
    'channel=6',
    'ieee80211n=1',
    'wmm_enabled=1',
    'wpa=2',
    'wpa_key_mgmt=WPA-PSK',
    'rsn_pairwise=CCMP',
    `wpa_passphrase=${PASSPHRASE}`,
    'wps_state=2',
    'eap_server=1',
    `uuid=${uuid}`,
    'device_name=Foreign access point',
    'manufacturer=Somebody else',
    'model_name=Router',
    'model_number=1',
    'serial_number=1',
    'device_type=6-0050F204-1',
    'config_methods=virtual_push_button physical_push_button',
  ];
  // The root of the virtual machine is read-only: the client's own socket must lie elsewhere than in /tmp.
  const control = `hostapd_cli -s ${folder} -p ${folder}/control -i ${interfaceName}`;
  const push = pushAt.map((record) => `${untilWritten(eventsFile, record)}; ${control} wps_pbc`);
  return [
    `mkdir -p ${folder}`,
    `printf '%s\\n' ${config.map((line) => `'${line}'`).join(' ')} >${folder}/hostapd.conf`,
    `hostapd ${folder}/hostapd.conf >${folder}/log 2>&1 &`,
    `until ${control} ping >/dev/null 2>&1; do sleep 0.2; done`,
    ...push,
    'wait',
  ].join('\n');
}
