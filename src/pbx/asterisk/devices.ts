/** Which channels belong to the same device: those of one endpoint. Changes cost what that one device has channels. */
export class Devices {
  readonly #channels = new Map<string, Set<string>>();
  readonly #deviceOf = new Map<string, string>();

  clear(): void {
    this.#channels.clear();
    this.#deviceOf.clear();
  }

  /** Whether the device of this channel has another one; false for a channel of no known device. */
  hasAnother(channel: string): boolean {
    return (this.#of(this.#deviceOf.get(channel))?.size ?? 0) > 1;
  }

  /**
   * The channel is from now on of this device; undefined where it is of none, or gone.
   * @returns the channels of which `hasAnother` says something else by that, beside this one.
   */
  put(channel: string, device: string | undefined): string[] {
    const before = this.#deviceOf.get(channel);
    if (before === device) return [];
    const left = this.#of(before);
    left?.delete(channel);
    if (before !== undefined && left?.size === 0) this.#channels.delete(before);
    this.#deviceOf.delete(channel);
    const alone = left?.size === 1 ? [...left] : [];
    if (device === undefined) return alone;
    const joined = this.#of(device) ?? new Set();
    const wasAlone = joined.size === 1 ? [...joined] : [];
    this.#channels.set(device, joined.add(channel));
    this.#deviceOf.set(channel, device);
    return [...alone, ...wasAlone];
  }

  #of(device: string | undefined): Set<string> | undefined {
    return device === undefined ? undefined : this.#channels.get(device);
  }
}
