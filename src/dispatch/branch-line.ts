import type {
  Attention,
  BranchDelivery,
  BranchShown,
  Clock,
  LastDelivery,
  Log,
  Phone,
  PushDocument,
  ShownLight,
  ShownNotice,
} from "../model/index.js";
import { type Fate, type PhoneLine, type Wish, waitingFor } from "./phone-queue.js";

export interface BranchLineParts {
  readonly phone: Phone;
  /** What stands there while it is not known who is with the person. */
  readonly unknown: () => BranchShown["unknown"];
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Whether its branch is there: else nobody waits for its word. */
  readonly isThere: () => boolean;
  /** Brings it to the branch; settles once the broker has it, or cannot be reached. */
  readonly publish: (shown: BranchShown, seq: number) => Promise<unknown>;
}

interface Asked {
  readonly wish: Wish;
  readonly id: string;
  tried(): void;
  settle(confirmed: boolean): void;
}

interface AskedLight extends Asked {
  shown?: ShownLight;
}

interface AskedNotice extends Asked {
  /** Not there while it is being made. */
  shown?: ShownNotice;
  forget(): void;
}

/** A notice that names no end of its own. */
const usualLifetimeMs = 30_000;

/**
 * What a phone of a branch is to show, as one document that its branch has pushed: whole each time, so that nothing can
 * be missed, come twice or come in the wrong order. It is published only when it changes.
 */
export class BranchLine implements PhoneLine {
  readonly #parts: BranchLineParts;
  readonly #lights = new Map<"lamp" | "label", AskedLight>();
  readonly #notices: AskedNotice[] = [];
  #attention: Attention = "free";
  #published: { readonly shown: BranchShown; readonly text: string } | undefined;
  #seq = 0;
  #due: (() => void) | undefined;
  #stopped = false;
  #last: LastDelivery | undefined;

  constructor(parts: BranchLineParts) {
    this.#parts = parts;
  }

  /** Of what was published last; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  get last(): LastDelivery | undefined {
    return this.#last;
  }

  ask(wish: Wish): Fate {
    const { fate, waiting } = waitingFor(wish);
    const asked = { ...waiting, id: this.#parts.newId() };
    switch (wish.kind) {
      case "lamp":
      case "label":
        void this.#light(wish.kind, asked);
        break;
      case "notice":
        void this.#notice(asked);
        break;
      case "page":
        // Its address is a key to the phone's pages: it does not go over a broker.
        waiting.settle(false);
        break;
      default:
        wish.kind satisfies never;
    }
    return fate;
  }

  attend(attention: Attention): void {
    if (attention === this.#attention) return;
    this.#attention = attention;
    this.#change();
  }

  withdraw(isTrue: (about: string) => boolean): void {
    for (const asked of this.#notices.filter(({ wish }) => wish.about !== undefined && !isTrue(wish.about))) {
      this.#drop(asked);
    }
  }

  /** How a push of this phone ended, by the word of its branch. */
  delivered({ id, kind, result, at }: BranchDelivery): void {
    this.#last = { at, kind, result };
    const asked = [...this.#lights.values(), ...this.#notices].find((one) => one.id === id);
    asked?.tried();
    if (!asked || (result.outcome === "failed" && result.again)) return;
    asked.settle(result.outcome === "confirmed");
    const notice = this.#notices.find((one) => one === asked);
    if (notice) this.#drop(notice);
  }

  /** Publishes again what was published last. */
  again(): void {
    if (this.#published) void this.#publish(this.#published.shown);
  }

  stop(): void {
    this.#stopped = true;
    this.#due?.();
    for (const asked of [...this.#lights.values(), ...this.#notices]) asked.settle(false);
    for (const { forget } of this.#notices) forget();
    this.#notices.length = 0;
  }

  async #light(kind: "lamp" | "label", asked: Asked): Promise<void> {
    const was = this.#lights.get(kind);
    was?.settle(false);
    // What is there stays until the next one is made.
    const light: AskedLight = { ...asked, ...(was?.shown && { shown: was.shown }) };
    this.#lights.set(kind, light);
    const document = await this.#made(asked, "free");
    if (this.#lights.get(kind) !== light) return;
    if (document) light.shown = { id: asked.id, document };
    this.#change();
  }

  async #notice(asked: Asked): Promise<void> {
    const { clock } = this.#parts;
    const expiresAt = asked.wish.expiresAt ?? clock.now() + usualLifetimeMs;
    const notice: AskedNotice = {
      ...asked,
      forget: clock.after(Math.max(0, expiresAt - clock.now()), () => this.#drop(notice)),
    };
    this.#notices.push(notice);
    const [free, talking] = await Promise.all([this.#made(asked, "free"), this.#made(asked, "talking")]);
    if (!this.#notices.includes(notice)) return;
    if (free && talking) {
      notice.shown = { id: asked.id, expiresAt, free, talking };
      this.#change();
    } else this.#drop(notice);
  }

  async #made({ wish }: Asked, attention: Attention): Promise<PushDocument | undefined> {
    try {
      return await wish.make(attention);
    } catch (error) {
      const { log, phone } = this.#parts;
      log.warn({ mac: phone.mac, kind: wish.kind, error: String(error) }, "what a phone is to show could not be made");
      return undefined;
    }
  }

  #drop(asked: AskedNotice): void {
    const at = this.#notices.indexOf(asked);
    if (at < 0) return;
    this.#notices.splice(at, 1);
    asked.forget();
    asked.settle(false);
    if (asked.shown) this.#change();
  }

  /** Once for all that changes at the same time. */
  #change(): void {
    if (this.#due || this.#stopped) return;
    this.#due = this.#parts.clock.after(0, () => {
      this.#due = undefined;
      void this.#tell();
    });
  }

  async #tell(): Promise<void> {
    const shown = this.#shown();
    const text = JSON.stringify(shown);
    const fresh = [...this.#lights.values(), ...this.#notices].filter((asked) => asked.shown !== undefined);
    if (text !== this.#published?.text) {
      this.#published = { shown, text };
      this.#seq += 1;
      await this.#publish(shown);
    }
    // Nobody waits for the word of a branch that is not there.
    if (!this.#parts.isThere()) for (const asked of fresh) asked.tried();
  }

  #publish(shown: BranchShown): Promise<unknown> {
    const { publish, log, phone } = this.#parts;
    return publish(shown, this.#seq).catch((error: unknown) => {
      log.warn({ mac: phone.mac, error: String(error) }, "what a phone of a branch is to show could not be published");
    });
  }

  #shown(): BranchShown {
    const [lamp, label] = [this.#lights.get("lamp")?.shown, this.#lights.get("label")?.shown];
    return {
      attention: this.#attention,
      ...(lamp && { lamp }),
      ...(label && { label }),
      unknown: this.#parts.unknown(),
      notices: this.#notices.flatMap(({ shown }) => shown ?? []),
    };
  }
}
