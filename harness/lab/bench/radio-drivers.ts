/** What is known of an adapter's driver, beyond what the kernel tells of it. */
export interface DriverFact {
  /** As /sys/class/net/<interface>/device/driver names it. */
  readonly driver: string;
  /** For whom looks for an adapter. */
  readonly chipsets: string;
  /** Access point and monitor on one adapter at once, on one channel. */
  readonly both: boolean;
  /** What to mind. */
  readonly remark?: string;
}

/**
 * All that this tool holds true of particular drivers, in one list: doctor tells it, and nothing else looks at it. The
 * bench itself asks the kernel what an adapter can do, and is the same for all of them.
 */
export const DRIVER_FACTS: readonly DriverFact[] = [
  { driver: 'ath9k', chipsets: 'Atheros AR92xx, AR93xx, AR94xx (PCIe)', both: true },
  {
    driver: 'ath9k_htc',
    chipsets: 'Atheros AR7010, AR9271 (USB)',
    both: true,
    remark: 'its firmware serves seven stations at most; 2.4 GHz alone on AR9271',
  },
  { driver: 'mt76x0u', chipsets: 'MediaTek MT7610U (USB)', both: true },
  { driver: 'mt76x2u', chipsets: 'MediaTek MT7612U (USB)', both: true },
  { driver: 'mt7921u', chipsets: 'MediaTek MT7921AU (USB)', both: true },
  { driver: 'rt2800usb', chipsets: 'Ralink RT3070, RT5370, RT5572 (USB)', both: true },
  {
    driver: 'iwlwifi',
    chipsets: 'Intel (PCIe)',
    both: false,
    remark: 'no access point at 5 GHz before it has heard one there; use it as monitor',
  },
  {
    driver: 'brcmfmac',
    chipsets: 'Broadcom, e.g. of a Raspberry Pi',
    both: false,
    remark: 'no monitor mode with the firmware it comes with',
  },
];

/** What is known of a driver; null: nothing, which says nothing against it. */
export function driverFact(driver: string): DriverFact | null {
  return DRIVER_FACTS.find((fact) => fact.driver === driver) ?? null;
}
