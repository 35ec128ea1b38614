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
  #saidWithout = false;

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
  heard(site: PrivacySite, channel: string, value: string): CallEvent[] {
    if (this.#isEcho(channel, value) || site.calls.node(channel) === undefined) return [];
    const all = this.#callOf(site, channel);
    if (saysPrivate(value)) {
      const since = this.#marks.get(channel)?.since ?? sinceOf(value, site.clock.now());
      this.#marks.set(channel, { since, kept: true });
      return site.calls.refresh([channel]);
    }
    if (!this.#marks.delete(channel)) return [];
    const others = all.filter((other) => this.#marks.delete(other));
    for (const other of others) void this.#write(site, other, "0");
    return site.calls.refresh(all);
  }

  /** A channel is gone. */
  forget(channel: string): void {
    this.#marks.delete(channel);
  }

  /**
   * Here and now, whether the PBX can be reached or not, and against a lift that is under way: the marks are new ones,
   * also where it is marked. @returns what changed on the board.
   */
  mark(site: PrivacySite, call: CallId): CallEvent[] {
    const channels = site.calls.channelsOf(call);
    const now = site.clock.now();
    for (const channel of channels) {
      this.#marks.set(channel, { since: this.#marks.get(channel)?.since ?? now, kept: false });
    }
    return site.calls.refresh(channels);
  }

  /** Has the PBX keep what is marked. @returns ok once it is on every channel that is still there. */
  async keep(site: PrivacySite, call: CallId): Promise<ActionResult> {
    const channels = site.calls.channelsOf(call);
    const faults = await Promise.all(channels.map((channel) => this.#keepOne(site, channel)));
    const why = faults.find((fault) => fault !== undefined);
    return why === undefined ? { ok: true } : { ok: false, code: "pbx-failed", detail: why };
  }

  /**
   * Takes it from the whole call, at the PBX first; not what was marked meanwhile. @returns what changed on the board, or
   * why nothing did.
   */
  async lift(site: PrivacySite, call: CallId): Promise<readonly CallEvent[] | string> {
    const marked = site.calls.channelsOf(call).filter((channel) => this.#marks.has(channel));
    const fault = await this.#clear(site, marked);
    if (fault !== undefined) return fault;
    return marked.some((channel) => this.#marks.has(channel))
      ? "the call was made private again meanwhile"
      : site.calls.refresh(marked);
  }

  /** Marks whatever else is on a private call, or has come onto it, and has the PBX keep it. */
  spread(site: PrivacySite, { id, private: state }: Call): void {
    if (state === undefined) return;
    for (const channel of site.calls.channelsOf(id)) {
      if (!this.#marks.has(channel)) this.#marks.set(channel, { since: state.since, kept: false });
      void this.#keepOne(site, channel);
    }
  }

  #callOf(site: PrivacySite, channel: string): readonly string[] {
    const call = site.calls.callOf(channel);
    return call === undefined ? [channel] : site.calls.channelsOf(call.id);
  }

  /** @returns why it is not kept, where the channel is still there. */
  async #keepOne(site: PrivacySite, channel: string): Promise<string | undefined> {
    const mark = this.#marks.get(channel);
    if (mark === undefined || mark.kept) return undefined;
    mark.keeping ??= this.#keepNow(site, channel, mark).finally(() => {
      delete mark.keeping;
    });
    return await mark.keeping;
  }

  async #keepNow(site: PrivacySite, channel: string, mark: Mark): Promise<string | undefined> {
    if (site.ami === undefined) {
      if (!this.#saidWithout) {
        site.log.warn({}, "without AMI a private call is not kept at the PBX: it is forgotten when this gateway stops");
      }
      this.#saidWithout = true;
      return undefined;
    }
    const fault = await this.#write(site, channel, String(mark.since));
    mark.kept = fault === undefined;
    return fault;
  }

  /** Takes the marks away once the PBX has, those that are still the same. @returns why not. */
  async #clear(site: PrivacySite, channels: readonly string[]): Promise<string | undefined> {
    const marks = channels.map((channel) => ({ channel, mark: this.#marks.get(channel) }));
    const faults = await Promise.all(
      marks.map(({ channel, mark }) => (mark?.kept || mark?.keeping ? this.#write(site, channel, "0") : undefined)),
    );
    const fault = faults.find((one) => one !== undefined);
    if (fault !== undefined) return fault;
    for (const { channel, mark } of marks) if (this.#marks.get(channel) === mark) this.#marks.delete(channel);
    return undefined;
  }

  async #write(site: PrivacySite, channel: string, value: string): Promise<string | undefined> {
    const name = site.calls.node(channel)?.channel.name;
    if (name === undefined) return undefined;
    if (site.ami === undefined) return undefined;
    const key = `${channel} ${value}`;
    this.#echoes.set(key, (this.#echoes.get(key) ?? 0) + 1);
    const answer = await site.ami.action("Setvar", [
      ["Channel", name],
      ["Variable", privateVariable],
      ["Value", value],
    ]);
    if (answer.ok) return undefined;
    this.#isEcho(channel, value);
    return site.calls.node(channel) === undefined ? undefined : answer.why;
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
