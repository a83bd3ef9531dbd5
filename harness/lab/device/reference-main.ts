import { createInterface } from 'node:readline';
import { requireFaults } from '#reference/faults.js';
import { makeDevice } from '#reference/device.js';
import { requireModel } from '#reference/models.js';
import { createDiscoveryDevice } from '#reference/discovery/device.js';
import { ReferenceDevice } from './reference-device.js';

/**
 * The discovery side of a reference device as a program of its own, in the namespace the device lives in:
 * `reference-main <model> <seed> <interface> [fault,...]`. Orders come by standard input, a word a line: `start` (the
 * device is on the network, or switched on again), `leave`. Each is answered by a line `done <word>`; the program
 * ends with its standard input.
 */
const [modelId = '', seed = '1', interfaceName = '', faultIds = ''] = process.argv.slice(2);
const model = requireModel(modelId);
const device = makeDevice(model, Number(seed));
const faults = requireFaults(faultIds === '' ? [] : faultIds.split(','), model);
const engine = createDiscoveryDevice(
  device,
  faults.map((fault) => fault.behaviour(device)),
);
const reference = new ReferenceDevice(engine, interfaceName);

const orders: Readonly<Record<string, () => Promise<void>>> = {
  start: () => reference.start(),
  leave: () => reference.leave(),
};

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const word = line.trim();
  const order = orders[word];
  if (order === undefined) continue;
  await order();
  process.stdout.write(`done ${word}\n`);
}
await reference.close();
