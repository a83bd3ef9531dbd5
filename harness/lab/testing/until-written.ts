/**
 * Shell command that goes on once a line of the file matches; the file need not be there yet. One program looks again and
 * again: to start one for each look takes an emulated machine all its time.
 */
export function untilWritten(file: string, pattern: string): string {
  return `tail -s 0.05 -n +1 -F '${file}' 2>/dev/null | grep -q '${pattern}'`;
}
