import { existsSync, watch } from 'node:fs';

/** Resolve as soon as a file exists in a folder. */
export function fileAppears(file: string, folder: string): { promise: Promise<void>; cancel: () => void } {
  const watcher = watch(folder);
  const promise = new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (existsSync(file)) resolve();
    };
    watcher.on('change', look);
    watcher.on('error', reject);
    look();
  });
  return {
    promise,
    cancel: () => {
      watcher.close();
    },
  };
}
