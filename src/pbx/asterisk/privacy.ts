import type { ActionResult, Call, CallId, Clock, EpochMs, Log } from "../../model/index.js";
import type { AmiClient } from "./ami-client.js";
import type { CallEvent, Calls } from "./calls.js";
import { privateVariable } from "./setup/needs.js";

/** Somebody's word that a channel makes its call private; a later word is another mark. */
interface Mark {
  readonly since: EpochMs;
  /** The PBX has it. */
  kept: boolean;
  /** What is being written, and why it was not. */
  keeping?: Promise<string | undefined>;
}

export interface PrivacySite {
  readonly calls: Pick<Calls, "callOf" | "channelsOf" | "refresh" | "node">;
  /** Undefined where none is configured: then nothing is kept at the PBX, as ARI sets no variable of a call's channels. */
  readonly ami: Pick<AmiClient, "action"> | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whether a value says that the call is private: everything that Asterisk does not take for no. */
export function saysPrivate(value: string): boolean {
  return !/^\s*(?:|0|no|n|false|f|off)\s*$/i.test(value);
}

/**
 * Which calls are private (R20), by a variable on their channels: one on a single channel counts for the whole call, and
 * is written onto all others, so that it goes wherever any of them goes. Setting it to 0 on one takes it from all.
 */
export class Privacy {
  readonly #marks = new Map<string, Mark>();
  /** What we have written and not yet been told of, by channel and value: an echo is no news. */
  readonly #echoes = new Map<string, number>();
  readonly #site: PrivacySite;
  #saidWithout = false;

  constructor(site: PrivacySite) {
    this.#site = site;
  }

  /** Since when a channel makes its call private. */
  readonly since = (channel: string): EpochMs | undefined => this.#marks.get(channel)?.since;

  /** Begins anew with what the PBX lists, before the board does. Who could not be asked counts as private. */
  replace(channels: readonly string[], privacy: ReadonlyMap<string, string>, now: EpochMs): void {
    const before = new Map(this.#marks);
    this.#marks.clear();
    this.#echoes.clear();
    for (const channel of channels) {
      const value = privacy.get(channel);
      const known = before.get(channel);
      if (value === undefined || saysPrivate(value)) {
        const since = known?.since ?? sinceOf(value ?? "", now);
        this.#marks.set(channel, { since, kept: value !== undefined });
      } else if (known?.kept === false) this.#marks.set(channel, known);
    }
  }

  /** A variable was set, by whomever. @returns what changed on the board. */
  heard(channel: string, value: string): CallEvent[] {
    if (this.#isEcho(channel, value) || this.#site.calls.node(channel) === undefined) return [];
    const all = this.#callOf(channel);
    if (saysPrivate(value)) {
      const since = this.#marks.get(channel)?.since ?? sinceOf(value, this.#site.clock.now());
      this.#marks.set(channel, { since, kept: true });
      return this.#site.calls.refresh([channel]);
    }
    if (!this.#marks.delete(channel)) return [];
    const others = all.filter((other) => this.#marks.delete(other));
    for (const other of others) void this.#write(other, "0");
    return this.#site.calls.refresh(all);
  }

  /** A channel is gone. */
  forget(channel: string): void {
    this.#marks.delete(channel);
  }

  /**
   * Here and now, whether the PBX can be reached or not, and against a lift that is under way: the marks are new ones,
   * also where it is marked. @returns what changed on the board.
   */
  mark(call: CallId): CallEvent[] {
    const channels = this.#site.calls.channelsOf(call);
    const now = this.#site.clock.now();
    for (const channel of channels) {
      this.#marks.set(channel, { since: this.#marks.get(channel)?.since ?? now, kept: false });
    }
    return this.#site.calls.refresh(channels);
  }

  /** Has the PBX keep what is marked. @returns ok once it is on every channel that is still there. */
  async keep(call: CallId): Promise<ActionResult> {
    const channels = this.#site.calls.channelsOf(call);
    const faults = await Promise.all(channels.map((channel) => this.#keepOne(channel)));
    const why = faults.find((fault) => fault !== undefined);
    return why === undefined ? { ok: true } : { ok: false, code: "pbx-failed", detail: why };
  }

  /**
   * Takes it from the whole call, at the PBX first; not what was marked meanwhile. @returns what changed on the board, or
   * why nothing did.
   */
  async lift(call: CallId): Promise<readonly CallEvent[] | string> {
    const marked = this.#site.calls.channelsOf(call).filter((channel) => this.#marks.has(channel));
    const fault = await this.#clear(marked);
    if (fault !== undefined) return fault;
    return marked.some((channel) => this.#marks.has(channel))
      ? "the call was made private again meanwhile"
      : this.#site.calls.refresh(marked);
  }

  /** Marks whatever else is on a private call, or has come onto it, and has the PBX keep it. */
  spread({ id, private: state }: Call): void {
    if (state === undefined) return;
    for (const channel of this.#site.calls.channelsOf(id)) {
      if (!this.#marks.has(channel)) this.#marks.set(channel, { since: state.since, kept: false });
      void this.#keepOne(channel);
    }
  }

  #callOf(channel: string): readonly string[] {
    const call = this.#site.calls.callOf(channel);
    return call === undefined ? [channel] : this.#site.calls.channelsOf(call.id);
  }

  /** @returns why it is not kept, where the channel is still there. */
  async #keepOne(channel: string): Promise<string | undefined> {
    const mark = this.#marks.get(channel);
    if (mark === undefined || mark.kept) return undefined;
    mark.keeping ??= this.#keepNow(channel, mark).finally(() => {
      delete mark.keeping;
    });
    return await mark.keeping;
  }

  async #keepNow(channel: string, mark: Mark): Promise<string | undefined> {
    if (this.#site.ami === undefined) {
      if (!this.#saidWithout) {
        this.#site.log.warn(
          {},
          "without AMI a private call is not kept at the PBX: it is forgotten when this gateway stops",
        );
      }
      this.#saidWithout = true;
      return undefined;
    }
    const fault = await this.#write(channel, String(mark.since));
    mark.kept = fault === undefined;
    return fault;
  }

  /** Takes the marks away once the PBX has, those that are still the same. @returns why not. */
  async #clear(channels: readonly string[]): Promise<string | undefined> {
    const marks = channels.map((channel) => ({ channel, mark: this.#marks.get(channel) }));
    const faults = await Promise.all(
      marks.map(({ channel, mark }) => (mark?.kept || mark?.keeping ? this.#write(channel, "0") : undefined)),
    );
    const fault = faults.find((one) => one !== undefined);
    if (fault !== undefined) return fault;
    for (const { channel, mark } of marks) if (this.#marks.get(channel) === mark) this.#marks.delete(channel);
    return undefined;
  }

  async #write(channel: string, value: string): Promise<string | undefined> {
    const name = this.#site.calls.node(channel)?.channel.name;
    if (name === undefined) return undefined;
    if (this.#site.ami === undefined) return undefined;
    const key = `${channel} ${value}`;
    this.#echoes.set(key, (this.#echoes.get(key) ?? 0) + 1);
    const answer = await this.#site.ami.action("Setvar", [
      ["Channel", name],
      ["Variable", privateVariable],
      ["Value", value],
    ]);
    if (answer.ok) return undefined;
    this.#isEcho(channel, value);
    return this.#site.calls.node(channel) === undefined ? undefined : answer.why;
  }

  #isEcho(channel: string, value: string): boolean {
    const key = `${channel} ${value}`;
    const waiting = this.#echoes.get(key) ?? 0;
    if (waiting > 1) this.#echoes.set(key, waiting - 1);
    else this.#echoes.delete(key);
    return waiting > 0;
  }
}

/** What we have written is the moment at which it began; what others write is not. */
function sinceOf(value: string, now: EpochMs): EpochMs {
  return /^\d{13}$/.test(value) ? Math.min(Number(value), now) : now;
}
