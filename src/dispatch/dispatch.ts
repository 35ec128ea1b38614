import { audience } from "../audience/index.js";
import { asksBetween, type Indicators, indicators, lampText, type News, newsBetween } from "../indicators/index.js";
import type { AgentTopic, Bus, Clock, EpochMs, Extension, Log, Notice, PersonId } from "../model/index.js";
import type { Change, Writer } from "../state/index.js";
import type { SitePolicy } from "../supervision/index.js";
import type { BlfLamps } from "./blf-lamps.js";
import type { PhonePushes } from "./phone-pushes.js";
import type { Fate } from "./phone-queue.js";

/** How long a notice is worth showing. */
const noticeLifetimeMs = 30_000;
/** How long a device of the agent has to acknowledge that it was told (R5). */
const confirmWithinMs = 3_000;

interface Published {
  readonly indicators: Indicators;
  readonly seq: Record<AgentTopic, number>;
}

/**
 * How the newest notice to an agent fares: `sent` when it has gone out by every way there is, `confirmed` when a device
 * acknowledged it on the bus, or a phone took it with its own sign-in.
 */
export interface Delivery {
  readonly sent: Promise<void>;
  readonly confirmed: Promise<boolean>;
}

export interface DispatchParts {
  readonly writer: Writer;
  readonly policy: SitePolicy;
  readonly bus: Bus;
  /** Straight to the phones, whether the broker is there or not. */
  readonly pushes?: PhonePushes;
  /** Those that BLF keys watch at the PBX, where it has them. */
  readonly lamps?: BlfLamps;
  readonly clock: Clock;
  readonly log: Log;
  readonly gateway: string;
  readonly epoch: number;
  readonly newId: () => string;
  /** In the agent's language. */
  readonly sentence: (agent: PersonId, news: News) => string;
}

/** Chooses and orders what agents' devices are told: a topic only when its payload changes, all of them after a connect. */
export class Dispatch {
  readonly #parts: DispatchParts;
  readonly #published = new Map<PersonId, Published>();
  /** Of those who are gone: should they come back, their readers would drop what counts from the beginning. */
  readonly #gone = new Map<PersonId, Published["seq"]>();
  /** Whose hand is raised on the bus. */
  readonly #raised = new Set<PersonId>();
  /** By agent and supervisor's extension. */
  readonly #deliveries = new Map<string, Delivery>();
  /** Whether a device has shown it, by heads-up, while that is open. */
  readonly #seen = new Map<string, Promise<boolean>>();
  #ready = false;
  #unsubscribe: () => void = () => {};

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  /** Follows the state from now on. */
  start(): void {
    this.#unsubscribe = this.#parts.writer.subscribe((change) => this.#follow(change));
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Publishes the whole retained set, as after each (re)connect of the bus. */
  publishAll(): void {
    for (const [agent, published] of this.#published) {
      this.#retain(agent, "call", published);
      this.#retain(agent, "lamp", published);
      this.#retainText(agent, published);
      this.#publishHelp(agent);
    }
  }

  /** How the newest news of this supervisor to this agent fares; one that is already over when there was none. */
  delivery(agent: PersonId, supervisor: Extension): Delivery {
    return (
      this.#deliveries.get(`${agent} ${supervisor}`) ?? { sent: Promise.resolve(), confirmed: Promise.resolve(false) }
    );
  }

  /** True once a device of the agent has shown this heads-up; false when none did while it was open. */
  seen(headsUp: string): Promise<boolean> {
    return this.#seen.get(headsUp) ?? Promise.resolve(false);
  }

  #follow(change: Change): void {
    const { state } = this.#parts.writer;
    // Before the first snapshot nothing is known, and after a loss nothing new.
    if (state.pbx === "starting") return;
    if (state.pbx === "ready" && !this.#ready) this.#parts.lamps?.again();
    this.#ready = state.pbx === "ready";
    const changed = [...change.people].flatMap((id) => {
      const person = state.people.get(id);
      if (!person) this.#forget(id);
      return person ? [{ id, person, now: indicators(audience(state, this.#parts.policy, person)) }] : [];
    });
    // What an earlier run has left lit at the PBX is put right before anybody is told anything.
    for (const { id, person, now } of changed) this.#parts.lamps?.show(id, person.extension, now.lamp);
    for (const { id, now } of changed) {
      this.#parts.pushes?.attend(id, now.attention);
      this.#update(id, now);
      if (state.help.has(id) !== this.#raised.has(id)) this.#publishHelp(id);
    }
  }

  /** Somebody is no longer one of the people: nothing of them stays at the broker. */
  #forget(agent: PersonId): void {
    const { bus, lamps, log } = this.#parts;
    const was = this.#published.get(agent);
    if (!was) return;
    this.#published.delete(agent);
    this.#gone.set(agent, was.seq);
    this.#raised.delete(agent);
    lamps?.forget(agent);
    bus.forget(agent).catch((error: unknown) => log.warn({ error, agent }, "what is retained could not be taken back"));
  }

  #update(agent: PersonId, now: Indicators): void {
    const was = this.#published.get(agent);
    const callChanged = !was || JSON.stringify(was.indicators.call) !== JSON.stringify(now.call);
    const lampChanged = !was || JSON.stringify(was.indicators.lamp) !== JSON.stringify(now.lamp);
    const asks = asksBetween(was?.indicators.asks ?? [], now.asks);
    const asksChanged = asks.length > 0 || was?.indicators.asks.length !== now.asks.length;
    if (!callChanged && !lampChanged && !asksChanged) return;
    const before = was?.seq ?? this.#gone.get(agent);
    const seq = {
      call: (before?.call ?? 0) + (callChanged ? 1 : 0),
      lamp: (before?.lamp ?? 0) + (lampChanged ? 1 : 0),
    };
    const published = { indicators: now, seq };
    this.#published.set(agent, published);
    if (callChanged) this.#retain(agent, "call", published);
    if (lampChanged || asksChanged) this.#parts.pushes?.withdraw(agent, now.lamp, now.asks);
    if (lampChanged) this.#tellLamp(agent, was, published);
    for (const ask of asks) this.#ask(agent, ask);
  }

  #tellLamp(agent: PersonId, was: Published | undefined, published: Published): void {
    const { indicators: now } = published;
    const textChanged = !was || lampText(was.indicators.lamp) !== lampText(now.lamp);
    const textSent = textChanged ? this.#retainText(agent, published) : Promise.resolve();
    const lampSent = Promise.all([this.#retain(agent, "lamp", published), textSent]).then(() => {});
    const lampPushed = this.#parts.pushes?.show(agent, now.lamp) ?? [];
    const none = { lamp: "off", mic: "muted", supervisors: [] } as const;
    for (const news of newsBetween(was?.indicators.lamp ?? none, now.lamp)) {
      if (was || !this.#wasTold(agent, news.extension)) this.#notify(agent, news, lampSent, lampPushed);
    }
  }

  #publishHelp(agent: PersonId): void {
    const { writer, bus, log } = this.#parts;
    const raised = writer.state.help.has(agent);
    if (raised) this.#raised.add(agent);
    else this.#raised.delete(agent);
    bus
      .help(agent, raised)
      .catch((error: unknown) => log.warn({ error, agent }, "a wish for help could not be published"));
  }

  /** By an earlier run: what has been told once is not told again because earshot was started again. */
  #wasTold(agent: PersonId, supervisor: string): boolean {
    const { people, supervisions } = this.#parts.writer.state;
    return [...supervisions.values()].some((one) => {
      const told = one.told === "confirmed" || one.told === "unconfirmed";
      return told && one.agent === agent && people.get(one.supervisor)?.extension === supervisor;
    });
  }

  #retain(agent: PersonId, topic: AgentTopic, { indicators: now, seq }: Published): Promise<void> {
    const { gateway, epoch, bus, log } = this.#parts;
    return bus
      .retain(agent, topic, { ...now[topic], gateway, epoch, seq: seq[topic] })
      .catch((error: unknown) => log.warn({ error, agent, topic }, "an indicator could not be published"));
  }

  #retainText(agent: PersonId, { indicators: now }: Published): Promise<void> {
    const { bus, log } = this.#parts;
    return bus
      .lampText(agent, lampText(now.lamp))
      .catch((error: unknown) => log.warn({ error, agent }, "a lamp could not be published in words"));
  }

  #notify(agent: PersonId, news: News, lampSent: Promise<void>, lampPushed: readonly Fate[]): void {
    const at = this.#parts.clock.now();
    const { acknowledged, pushed } = this.#say(agent, news, at, at + noticeLifetimeMs, confirmWithinMs);
    const sent = Promise.all([lampSent, ...[...lampPushed, ...pushed].map(({ tried }) => tried)]).then(() => {});
    const confirmed = this.#anyOf([acknowledged, ...pushed.map((fate) => fate.confirmed)], confirmWithinMs);
    this.#deliveries.set(`${agent} ${news.extension}`, { sent, confirmed });
  }

  #ask(agent: PersonId, { id, name, extension, expiresAt }: Indicators["asks"][number]): void {
    const at = this.#parts.clock.now();
    const news = { name, extension, mode: "heads-up" } as const;
    const { acknowledged, pushed } = this.#say(agent, news, at, expiresAt, expiresAt - at);
    const seen = this.#anyOf([acknowledged, ...pushed.map((fate) => fate.confirmed)], expiresAt - at);
    this.#seen.set(id, seen);
    void seen.finally(() => this.#seen.delete(id));
  }

  /** Says it by every way there is. */
  #say(
    agent: PersonId,
    news: News,
    at: EpochMs,
    expiresAt: EpochMs,
    withinMs: number,
  ): { readonly acknowledged: Promise<boolean>; readonly pushed: readonly Fate[] } {
    const { bus, log, newId, sentence, pushes } = this.#parts;
    const notice: Notice = { id: newId(), text: sentence(agent, news), level: "info", at, expiresAt };
    const acknowledged = bus.notice(agent, notice, withinMs).catch((error: unknown) => {
      log.warn({ error, agent }, "a notice could not be sent");
      return false;
    });
    return { acknowledged, pushed: pushes?.tell(agent, notice, news) ?? [] };
  }

  /** True as soon as one is; false once all are false, or the time is over. */
  #anyOf(signs: readonly Promise<boolean>[], withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(withinMs, () => resolve(false));
      const settle = (yes: boolean): void => {
        cancel();
        resolve(yes);
      };
      for (const sign of signs) void sign.then((yes) => yes && settle(true));
      void Promise.all(signs).then((all) => settle(all.some((yes) => yes)));
    });
  }
}
