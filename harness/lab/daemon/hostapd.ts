import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RallyError } from '#base/error.js';
import type { RadioAdapters } from '#profile/schema.js';
import { ManagedProcess } from '../process.js';
import { requireProgram } from '../programs.js';
import { ControlSocket } from './control-socket.js';
import { fileAppears } from './file-appears.js';

/** From start to a running access point; seen: 0.3 s, under emulation 3 s. A DFS channel would take a minute more. */
const READY_LIMIT_MS = 30_000;
const COMMAND_LIMIT_MS = 20_000;
/** It takes its networks down before it ends; seen: 0.1 s, under emulation 2 s. */
const STOP_GRACE_MS = 10_000;
const DEATH_TOLD_MS = 1000;

/** What hostapd says when its beacons go out. */
const ENABLED = 'AP-ENABLED';
/** What it says of a channel that this adapter must not send on, e.g. because of radar. */
const CHANNEL_REFUSED = /^.*(?:not allowed for AP mode|Could not select hw_mode and channel).*$/m;

/** Adapters of a bench with an access point of its own. */
export type OwnRadio = RadioAdapters & { readonly ap: string };

export interface HostapdOptions {
  readonly radio: OwnRadio;
  /** Name of both networks, and passphrase of the operational one. */
  readonly ssid: string;
  readonly passphrase: string;
  /** Elements in hex: of Beacon and Probe Response, and of Association Response, of the onboarding network. */
  readonly beaconElements: string;
  readonly associationElements: string;
  /** Existing folder of this process alone, gone after the run: holds the network key. */
  readonly folder: string;
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Events of one network of the two, e.g. `AP-STA-CONNECTED 02:00:00:00:00:01`. */
  readonly onEvent: (network: 'onboarding' | 'operational', event: string) => void;
  readonly onDeath: (error: RallyError) => void;
  readonly signal: AbortSignal;
}

/** hostapd with two networks of one name: an open one for onboarding, and the one the device is to join. */
export class Hostapd {
  private stopped = false;

  private constructor(
    private readonly process: ManagedProcess,
    private readonly onboarding: ControlSocket,
    private readonly operational: ControlSocket,
    onDeath: (error: RallyError) => void,
  ) {
    void process.exited.then((status) => {
      if (!this.stopped) onDeath(process.endedError(status));
    });
  }

  /**
   * Throws RallyError: ERR_PROGRAM_MISSING, ERR_INTERFACE (the adapter cannot use the channel), ERR_DAEMON (with its
   * last words) or ERR_TIMEOUT.
   */
  static async start(options: HostapdOptions): Promise<Hostapd> {
    const { folder, radio, signal } = options;
    const configFile = join(folder, 'hostapd.conf');
    const controlFolder = join(folder, 'control');
    mkdirSync(controlFolder, { recursive: true, mode: 0o700 });
    writeFileSync(configFile, hostapdConfig(options, controlFolder), { mode: 0o600 });
    // The second network is made last.
    const appeared = fileAppears(join(controlFolder, operationalInterface(radio.ap)), controlFolder);
    const child = ManagedProcess.start({
      name: 'hostapd',
      file: requireProgram('hostapd'),
      args: [configFile],
      endsWithUs: true,
      onOutput: options.onOutput,
    });
    const sockets: ControlSocket[] = [];
    try {
      await child.until('its control socket', appeared.promise, READY_LIMIT_MS, signal);
      let beaconsGoOut = (): void => undefined;
      const enabled = new Promise<void>((resolve) => {
        beaconsGoOut = resolve;
      });
      const connect = async (network: 'onboarding' | 'operational', name: string): Promise<ControlSocket> => {
        const socket = await ControlSocket.connect(join(folder, network), join(controlFolder, name));
        sockets.push(socket);
        await socket.attach((event) => {
          if (event.startsWith(ENABLED)) beaconsGoOut();
          options.onEvent(network, event);
        }, COMMAND_LIMIT_MS);
        return socket;
      };
      const answers = async (): Promise<Hostapd> => {
        const onboarding = await connect('onboarding', radio.ap);
        const operational = await connect('operational', operationalInterface(radio.ap));
        const state = await onboarding.request('STATUS', COMMAND_LIMIT_MS);
        if (!/^state=ENABLED$/m.test(state)) await child.until('its beacons', enabled, READY_LIMIT_MS, signal);
        return new Hostapd(child, onboarding, operational, options.onDeath);
      };
      // One that refuses its configuration ends while it is being talked to.
      return await toldByEnd(child, child.until('its answers', answers(), READY_LIMIT_MS, signal));
    } catch (error) {
      for (const socket of sockets) socket.close();
      await child.stop(STOP_GRACE_MS);
      throw channelRefused(radio, child.tail) ?? error;
    } finally {
      appeared.cancel();
    }
  }

  /** Put other elements into the Beacons and Probe Responses of the onboarding network, from the next one on. */
  async announce(beaconElements: string): Promise<void> {
    await toldByEnd(this.process, this.onboarding.command(`SET vendor_elements ${beaconElements}`, COMMAND_LIMIT_MS));
    await toldByEnd(this.process, this.onboarding.command('UPDATE_BEACON', COMMAND_LIMIT_MS));
  }

  /** Leave the SSID out of the Beacons of the onboarding network, or tell it again, from the next one on. */
  async hide(isHidden: boolean): Promise<void> {
    const set = `SET ignore_broadcast_ssid ${isHidden ? 1 : 0}`;
    await toldByEnd(this.process, this.onboarding.command(set, COMMAND_LIMIT_MS));
    await toldByEnd(this.process, this.onboarding.command('UPDATE_BEACON', COMMAND_LIMIT_MS));
  }

  /** Put elements into the Beacons and Probe Responses of the operational network, which says nothing of WPS by itself; empty: nothing again. */
  async announceBeside(beaconElements: string): Promise<void> {
    await toldByEnd(this.process, this.operational.command(`SET vendor_elements ${beaconElements}`, COMMAND_LIMIT_MS));
    await toldByEnd(this.process, this.operational.command('UPDATE_BEACON', COMMAND_LIMIT_MS));
  }

  /** Send a station away from the onboarding network; one that has left already is no matter. */
  async dismiss(mac: string): Promise<void> {
    const command = `DEAUTHENTICATE ${mac} reason=${REASON_8021X_FAILED}`;
    await toldByEnd(this.process, this.onboarding.request(command, COMMAND_LIMIT_MS));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.onboarding.close();
    this.operational.close();
    await this.process.stop(STOP_GRACE_MS);
  }
}

/** The socket of a daemon that dies is gone a moment before its end is told: the end is what there is to say. */
async function toldByEnd<T>(process: ManagedProcess, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const status = await Promise.race([process.exited, delay(DEATH_TOLD_MS, null)]);
    throw status === null ? error : process.endedError(status);
  }
}

/** The error of an adapter that must not send on the channel, from the last words of hostapd; null when it said no such thing. */
export function channelRefused({ ap, band, channel }: OwnRadio, said: string): RallyError | null {
  const [line] = CHANNEL_REFUSED.exec(said) ?? [];
  if (line === undefined) return null;
  return new RallyError(
    'ERR_INTERFACE',
    `ixit.radio.channel: ${ap} cannot use channel ${channel} of the ${band} GHz band`,
    {
      context: { interface: ap, channel, said: line.trim() },
      remedy:
        'Name a channel that the country in ixit.radio.country allows without radar detection, e.g. 6 at 2.4 GHz or 36 at 5 GHz (iw phy lists them).',
    },
  );
}

/** IEEE 802.11 reason code 23: IEEE 802.1X authentication failed. What an access point says after EAP-Failure. */
const REASON_8021X_FAILED = 23;

/** Interface of the network the device is to join; at most 15 characters. */
export function operationalInterface(ap: string): string {
  return `${ap.slice(0, 12)}_op`;
}

/** Configuration file of hostapd. */
export function hostapdConfig(
  options: Pick<HostapdOptions, 'radio' | 'ssid' | 'passphrase' | 'beaconElements' | 'associationElements'>,
  controlFolder: string,
): string {
  const { radio, ssid, passphrase, beaconElements, associationElements } = options;
  const { ap, band, channel, country } = radio;
  return [
    `interface=${ap}`,
    'driver=nl80211',
    // EAPOL as data frames, so that a packet socket on the interface holds the conversation.
    'driver_params=control_port=0',
    `ctrl_interface=${controlFolder}`,
    `hw_mode=${band === '5' ? 'a' : 'g'}`,
    `channel=${channel}`,
    ...(country === undefined ? [] : [`country_code=${country}`, 'ieee80211d=1']),
    'ieee80211n=1',
    'wmm_enabled=1',
    `ssid=${ssid}`,
    'wpa=0',
    `vendor_elements=${beaconElements}`,
    `assocresp_elements=${associationElements}`,
    `bss=${operationalInterface(ap)}`,
    `ctrl_interface=${controlFolder}`,
    `ssid=${ssid}`,
    'wpa=2',
    'wpa_key_mgmt=WPA-PSK',
    'rsn_pairwise=CCMP',
    `wpa_passphrase=${passphrase}`,
    '',
  ].join('\n');
}
