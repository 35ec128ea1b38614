/**
 * A wait of at least this long and at most half as much again, by chance. Those who were refused together are not answered
 * together, as they would come again together, and all others wait while a crowd is served.
 */
export function spread(ms: number): number {
  return ms * (1 + Math.random() / 2);
}
