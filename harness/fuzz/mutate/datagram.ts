import { decodeEthernet, encodeEthernet } from '#wire/ethernet.js';
import { decodeIp, encodeUdp, ETHERTYPE_IPV6, type IpFamily } from '#wire/ip.js';
import { editBytes, type Edit } from './edit.js';
import { editMarkup } from './markup.js';

const LINK_LOCAL = { source: 'fe80::20', destination: 'ff02::c' };

/** One change of what a frame of the network says, in a datagram that is right around it; seldom by IPv6 instead. */
export const editDatagram: Edit = (bytes, dice) => {
  const frame = decodeEthernet(bytes);
  const packet = frame === null ? null : decodeIp(frame.payload);
  const udp = packet?.udp ?? null;
  if (frame === null || packet === null || udp === null || dice.onceIn(8)) return editBytes(bytes, dice);
  const { sourcePort, destinationPort } = udp;
  const isMoved = packet.family === 'ipv4' && dice.onceIn(8);
  const family: IpFamily = isMoved ? 'ipv6' : packet.family;
  const ends = isMoved ? LINK_LOCAL : { source: packet.source, destination: packet.destination };
  const said = {
    family,
    ...ends,
    sourcePort,
    destinationPort,
    ttl: packet.ttl,
    payload: editMarkup(udp.payload, dice),
  };
  const etherType = isMoved ? ETHERTYPE_IPV6 : frame.etherType;
  return encodeEthernet({ ...frame, etherType, payload: encodeUdp(said) });
};
