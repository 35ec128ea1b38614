/** Milliseconds of the machine's own clock that never goes back: the same in all processes of one machine. */
export function moment(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
